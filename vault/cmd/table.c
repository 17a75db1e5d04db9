#include "vault/cmd/cmd.h"

const struct cmd cmd_table[] = {
    {"init", "DIR [--hostname H] [--admin ID --password-file F]", "新しい保管庫を作ります",
     cmd_init},
    {"demo", "DIR\n--accounts", "架空の子どもの入った見本の保管庫を作ります", cmd_demo},
    {"serve", "[--listen ADDR:PORT]", "https で画面を出します", cmd_serve},
    {"institution", "add ID --kind K --name N\nlist\nclose ID", "園、学校などの機関を扱います",
     cmd_institution},
    {"account",
     "add ID --role R [--institution I] --name N [--kana K] [--password-file F]\nlist\ndisable ID\n"
     "reset ID [--password-file F]",
     "アカウントを扱います", cmd_account},
    {"child", "add --name N --kana K --born YYYY-MM-DD --sex S [--id ID]\nlist\nshow ID",
     "子どもを扱います", cmd_child},
    {"enrol", "CHILD INSTITUTION [--from D] [--to D]", "子どもの在籍を書きます", cmd_enrol},
    {"guardian", "CHILD ACCOUNT --relation R", "保護者のアカウントを子どもに結びつけます",
     cmd_guardian},
    {"sheet",
     "put CHILD TYPE/ID FILE --as ACCOUNT --password-file F [--reason TEXT]\n"
     "get CHILD TYPE/ID [--role R]\nlist CHILD",
     "シートを入れる、出す、並べる", cmd_sheet},
    {"render",
     "FILE… --role R [--format html|pdf|text] [-o OUT] [--types DIR] [--theme DIR] [--assets URL]",
     "シートのファイルを、ある役割の人に見える形にします（保管庫は要りません）", cmd_render},
    {"build",
     "--role R -o DIR [--child ID]… [--sheets DIR] [--pages DIR] [--types DIR] [--theme DIR] "
     "[--json]",
     "ある役割の人が読んでよいものだけの静的サイトを作ります", cmd_build},
    {"check", "FILE… [--types DIR] [--json]", "シートとシート型のまちがいを調べます", cmd_check},
    {"reach", "[TYPE] [--types DIR] [--json]", "どの役割が何を読み書きできるかの表を出します",
     cmd_reach},
    {"log", "[--from D --to D --account A --child C --event X] [--csv|--json]",
     "記録（だれが、いつ、何を）をさがします", cmd_log},
    {"verify", "[--checkpoint ID] [--child C] [--json]",
     "署名、版の並び、記録を、はじめから確かめます", cmd_verify},
    {"reindex", "", "索引を、リポジトリから作り直します", cmd_reindex},
};
const size_t cmd_count = sizeof cmd_table / sizeof *cmd_table;
