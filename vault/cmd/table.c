#include "vault/cmd/cmd.h"

const struct cmd cmd_table[] = {
    {"init", "DIR [--hostname H] [--admin ID --password-file F]", "新しい保管庫を作ります",
     cmd_init},
    {"demo", "DIR\n--accounts", "架空の子どもの入った見本の保管庫を作ります", cmd_demo},
    {"serve", "[--listen ADDR:PORT] [--known CHECKPOINT] [--accept-older WHY]",
     "https で画面を出します", cmd_serve},
    {"institution",
     "add ID --kind K --name N [--opened D] [--by-class]\n"
     "edit ID [--kind K] [--name N] [--opened D] [--by-class | --no-by-class]\nlist\n"
     "close ID [--day D]\nreopen ID\nmerge ID --into ID [--day D]",
     "園、学校などの機関を扱います", cmd_institution},
    {"account",
     "add ID --role R [--institution I] --name N [--kana K] [--until D] [--classes K] [--whole] "
     "[--password-file F | --slip OUT]\n"
     "edit ID [--name N] [--kana K] [--until D] [--institution I] [--classes K] "
     "[--whole | --no-whole]\nlist\ndisable ID\nenable ID [--slip OUT]\n"
     "reset ID [--password-file F | --slip OUT]\nslip ID… -o OUT\nimport FILE [--dry-run]",
     "アカウントを扱います", cmd_account},
    {"child",
     "add --name N --kana K --born YYYY-MM-DD --sex S [--id ID]\n"
     "edit ID [--name N] [--kana K] [--born YYYY-MM-DD] [--sex S] [--reason TEXT]\nlist\nshow ID",
     "子どもを扱います", cmd_child},
    {"enrol", "CHILD INSTITUTION [--from D] [--to D] [--class K] [--reason TEXT]",
     "子どもの在籍と、組・学級を書きます", cmd_enrol},
    {"guardian",
     "CHILD ACCOUNT --relation R [--reason TEXT]\nCHILD ACCOUNT --remove [--reason TEXT]\n"
     "CHILD ACCOUNT --suspend [--from D] [--reason TEXT]\n"
     "CHILD ACCOUNT --resume [--reason TEXT]",
     "保護者のアカウントを子どもに結びつけます", cmd_guardian},
    {"protect",
     "CHILD GUARDIAN --address TEXT | --word TEXT | --school INSTITUTION | --sheet TYPE/ID "
     "[--remove] [--reason TEXT]\nlist CHILD",
     "ある保護者に見せないもの（支援措置）を決めます", cmd_protect},
    {"sheet",
     "put CHILD TYPE/ID FILE --as ACCOUNT --password-file F [--reason TEXT]\n"
     "step CHILD TYPE/ID STEP --as ACCOUNT --password-file F [--comment TEXT]\n"
     "get CHILD TYPE/ID [--role R]\nlist CHILD",
     "シートを入れる、進める、出す、並べる", cmd_sheet},
    {"migrate", "TYPE [--child ID] [--dry-run]", "シートを、種類の新しい版に移します", cmd_migrate},
    {"render",
     "FILE… --role R [--format html|pdf|text] [-o OUT] [--types DIR] [--theme DIR] [--assets URL]",
     "シートのファイルを、ある役割の人に見える形にします（保管庫は要りません）", cmd_render},
    {"build",
     "--role R -o DIR [--child ID]… [--sheets DIR] [--pages DIR] [--types DIR] [--theme DIR] "
     "[--json]",
     "ある役割の人が読んでよいものだけの静的サイトを作ります", cmd_build},
    {"check", "FILE… [--types DIR] [--json]", "シートとシート型のまちがいを調べます", cmd_check},
    {"reach",
     "[TYPE] [--types DIR] [--json]\n--account ACCOUNT [--json]\n--child C [--at D] [--json]",
     "どの役割、どの人が何を読み書きできるか、その日だれが見られたかを出します", cmd_reach},
    {"access",
     "list [--json]\n"
     "open|close --account A|--institution I [--child C|--children-of I] [--type T [--section S]] "
     "[--write] [--from D] [--to D] --reason TEXT [--dry-run]\n"
     "confirm|decline|end ID\n"
     "settings [--lead-days N] [--tail-days N] [--admin-reads R] [--break-glass-minutes N] "
     "[--staff-second-factor yes|no] [--guardians either|both]\n"
     "confirm|decline settings",
     "見られる範囲を、人や機関ごとに広げたり せばめたりします", cmd_access},
    {"log",
     "[--from D --to D --account A --child C --event X --institution I --role R --class K "
     "--decision allow|deny --object O --word W] [--newest] [--limit N] [--csv|--json]\n"
     "--exposure CHILD [OBJECT] [--csv|--json]",
     "記録（だれが、いつ、何を）をさがします", cmd_log},
    {"prune", "[--dry-run|--export-only] [--json]",
     "保存期間のすぎた記録を消します（サーバーは 1日に1度、自分で消します）", cmd_prune},
    {"keys", "export DIR", "公開鍵と、いつからいつまでの鍵かを、ファイルに写します", cmd_keys},
    {"verify",
     "[--since-last] [--checkpoint ID|@FILE]… [--child C] [--report FILE.pdf|FILE.csv]… "
     "[--threads N] [--leave] [--json]",
     "署名、版の並び、記録を、はじめから確かめます", cmd_verify},
    {"prove", "N [--size S] [--json]\n--from S [--to S] [--json]",
     "記録が入っていること、消えていないことの証明を出します", cmd_prove},
    {"witness",
     "init DIR --name NAME [--hostname H]\nadd-log DIR VKEY\n"
     "serve DIR [--listen ADDR:PORT] [--plain]\nshow DIR [--json]",
     "ほかの保管庫の記録の立会人になります（保管庫は要りません）", cmd_witness},
    {"backup", "FILE\n--keys FILE [--recipient KEYFILE]\n--check FILE [--keys FILE]",
     "動いている保管庫のバックアップを取り、確かめ、その鍵を書き出します", cmd_backup},
    {"restore", "FILE DIR --keys FILE [--without-missing]", "バックアップから保管庫を戻します",
     cmd_restore},
    {"reindex", "", "索引を、リポジトリから作り直します", cmd_reindex},
};
const size_t cmd_count = sizeof cmd_table / sizeof *cmd_table;
