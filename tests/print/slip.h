/* Letters for the tests of slip.h. */
#ifndef KARTE_TESTS_PRINT_SLIP_H
#define KARTE_TESTS_PRINT_SLIP_H

#include "generator/render/slip.h"

static const struct span steps[] = {
    SPAN("スマホか パソコンで、上の 四角い しるし（QRコード）を 読みます。"),
    SPAN("IDと コードを 入れます。"),
    SPAN("自分の パスワードを 決めます。15文字より 長くします。"),
    SPAN("もう一つの たしかめかた（指紋や 顔、または アプリの 6けたの 数字）を 決めます。"),
};
static const struct span staff_steps[] = {
    SPAN("安全な場所にしまってください。"),
    SPAN("使ったコードは、線を引いて消してください。"),
};
static const struct span one_code[] = {SPAN("7K3M-9QW2-XH4T-0BZ8")};
static const struct span ten_codes[] = {
    SPAN("0123-4567-89AB-CDEF"), SPAN("GHJK-MNPQ-RSTV-WXYZ"), SPAN("8B8B-5S5S-2Z2Z-6G6G"),
    SPAN("0D0Q-D0Q0-1717-VYVY"), SPAN("MNWM-NWMN-WWWW-1111"), SPAN("4A4A-3E3E-KXKX-CGCG"),
    SPAN("TR7V-0P2M-X9QK-3HJ5"), SPAN("ZB6D-8S1W-NY4C-FG7A"), SPAN("H2KQ-5VTE-9RM0-PX3J"),
    SPAN("C8WN-6ZD1-SY7B-4FGA"),
};

/* To a guardian: first sign-in. */
static inline struct slip family(void)
{
	return (struct slip){
	    .name = SPAN("𠮷田 美咲"),
	    .account = SPAN("yoshida-f"),
	    .title = SPAN("はじめてのログインのご案内"),
	    .lead = SPAN("「こどもカルテ」を 使うための IDと コードの お知らせです。\n"
			 "この紙は、使うまで 人に見せないでください。"),
	    .steps = steps,
	    .nsteps = 4,
	    .codes = one_code,
	    .ncodes = 1,
	    .codes_label = SPAN("はじめてのコード（1回だけ 使えます）"),
	    .qr = SPAN("https://karte.city.example.jp/first?id=yoshida-f"),
	    .qr_label = SPAN("スマホの カメラで 読むと、はじめての ページが ひらきます。"),
	    .until = SPAN("令和8年5月31日まで 使えます。"),
	    .sender = SPAN("見本区教育委員会 特別支援教育課"),
	    .help = SPAN("わからないときは 見本区教育委員会 特別支援教育課（電話 03-0000-0000、"
			 "平日 8時30分から 17時まで）に 聞いてください。"),
	    .on = {2026, 4, 20},
	};
}

/* To a teacher: recovery codes, no QR code. */
static inline struct slip staff(void)
{
	struct slip s = family();

	s.name = SPAN("髙橋 﨑子");
	s.institution = SPAN("見本区立九段小学校");
	s.account = SPAN("takahashi-h");
	s.title = SPAN("予備のコード");
	s.lead = SPAN(
	    "確認の機器がないときにログインするためのコードです。一つのコードは一度だけ使えます。"
	    "この紙は、使うまで人に見せないでください。");
	s.codes = ten_codes;
	s.ncodes = 10;
	s.codes_label = SPAN("予備のコード");
	s.qr = s.qr_label = s.until = SPAN_NONE;
	s.steps = staff_steps;
	s.nsteps = 2;
	return s;
}

/* A name, an institution and an account as long as they get, with codes and a QR code. */
static inline struct slip crowded(void)
{
	struct slip s = family();

	s.name = SPAN("アレクサンドラ・マリア・フェルナンデス・ダ・シルヴァ");
	s.institution = SPAN("見本区立障害者福祉センター児童発達支援事業所みらい");
	s.account = SPAN("alexandra-maria-fernandes-da-sil");
	s.codes = ten_codes;
	s.ncodes = 10;
	return s;
}

#endif
