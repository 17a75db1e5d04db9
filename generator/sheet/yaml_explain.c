/* libyaml's messages for people who fill in forms. */
#include "generator/sheet/yaml_int.h"

const char *yaml_explain(const char *problem)
{
	static const struct {
		const char *part, *text;
	} table[] = {
	    {"mapping values are not allowed",
	     "ここに「:」は書けません。「: 」を含む文字は引用符で囲み、字下げをそろえてください。"},
	    {"could not find expected ':'",
	     "「:」がありません。「キー: 値」の形で書いてください。"},
	    {"found unexpected ':'", "この「:」は使えません。文字を引用符で囲んでください。"},
	    {"unexpected end of stream",
	     "引用符や括弧が閉じていません。終わりの記号を書いてください。"},
	    {"unexpected document indicator",
	     "引用符や括弧が閉じないうちに「---」か「...」があります。"},
	    {"cannot start any token",
	     "この文字から書き始めることはできません。引用符で囲んでください。"},
	    {YAML_TAB, "字下げにタブは使えません。半角の空白にしてください。"},
	    {"block sequence entries",
	     "ここに「- 」の項目は書けません。字下げと改行を見直してください。"},
	    {"mapping keys are not allowed",
	     "ここにキーは書けません。字下げと改行を見直してください。"},
	    {"escape c", "「\\」の後の文字が正しくありません。「\\」は「\\\\」と書いてください。"},
	    {"hexdecimal", "「\\」の後の番号が正しくありません。"},
	    {"',' or ']'", "「,」か「]」がありません。「[ ]」の中を見直してください。"},
	    {"',' or '}'", "「,」か「}」がありません。「{ }」の中を見直してください。"},
	    {"'-' indicator", "「- 」の項目の並びに、字下げの違う行があります。"},
	    {"expected key", "「キー: 値」の並びに、形か字下げの違う行があります。"},
	    {"node content", "ここに値がありません。値を書いてください。"},
	    {"<document start>", "文書が終わった後に、まだ文字があります。"},
	    {"comment or line break", "「|」や「>」の後には、何も書けません。"},
	    {"indentation indicator", "「|」や「>」の後の数は、1から9にしてください。"},
	    {"directive", "「%」で始まる指示は使えません。消してください。"},
	    {"YAML document", "「%」で始まる指示は使えません。消してください。"},
	    {"alphabetic", "「&」「*」で始まる文字は、引用符で囲んでください。"},
	    {"tag", "「!」で始まる文字は、引用符で囲んでください。"},
	    {"undefined alias",
	     "「*」の参照は使えません。「*」で始まる文字は引用符で囲んでください。"},
	};

	for (size_t i = 0; problem && i < sizeof table / sizeof *table; i++)
		if (strstr(problem, table[i].part))
			return table[i].text;
	return "YAMLとして読めません。書き方を見直してください。";
}
