// Renders our own templates with npm liquidjs and writes what it answers to
// tests/data/liquid_cases.json, which src/agents/generation/liquid_differential_test.cpp compares
// with our renderer offline.
//
//   node tests/liquid_differential.mjs --liquidjs FOLDER           writes the file
//   node tests/liquid_differential.mjs --liquidjs FOLDER --check   fails when it is out of date
//
// FOLDER is where `npm install --prefix FOLDER liquidjs@10.30.1` was run.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

process.env.TZ = "UTC";
const option = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const folder = option("--liquidjs");
if (!folder) {
  console.error("usage: node tests/liquid_differential.mjs --liquidjs FOLDER [--check]");
  process.exit(2);
}
const require = createRequire(resolve(folder, "package.json"));
const { Liquid } = require("liquidjs");
const { version } = require("liquidjs/package.json");
const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  lenientIf: true, // only lets `default` follow a missing name; the cases never test one in `if`
  ownPropertyOnly: true,
  locale: "en-US",
  timezoneOffset: 0,
});

const people = {
  first: "Ada",
  last: "Lovelace",
  city: "Zürich",
  blank: "  ",
  empty_text: "",
  none: null,
  yes: true,
  no: false,
  count: 3,
  zero: 0,
  price: 12.5,
  points: 1250,
  spent: "1999.90",
  tags: ["gift", "candle", "tea"],
  numbers: [3, 1, 2],
  nothing: [],
  mixed: [1, "two", null, true],
  customer: { name: "Grace", size: 7, address: { city: "Bonn", lines: ["Am Hof 1", "53113"] } },
  offers: [
    { name: "Tea", percent: 10, ends: "2011-12-20", code: "TEA10" },
    { name: "Candles", percent: 15, ends: "2011-12-09T12:50:00Z", code: null },
    { name: "Everything", percent: 5, ends: 1323435000, code: "ALL5" },
  ],
  key: "name",
  index: 1,
  html: `<a href="x">Tom & Jerry's</a>`,
  sentence: "The quick, brown fox; jumps",
  greek: "ΟΔΟΣ straße ÉLAN",
  thai: "สวัสดี ครับ",
  day: "2011-12-09",
  time: "2011-12-09T08:05:09Z",
  zoned: "2011-12-09T23:30:00-05:00",
};

/** Templates that must render alike. All read `people`. */
const written = `
Hello {{ first }} {{ last }}!
{{first}}{{ last }}{{  city  }}
{{ none }}|{{ empty_text }}|{{ yes }}|{{ no }}|{{ zero }}|{{ price }}
{{ tags }}|{{ numbers }}|{{ mixed }}
{{ customer.name }} {{ customer["name"] }} {{ customer[key] }} {{ customer['address'].city }}
{{ customer.address.lines[0] }} {{ customer.address.lines[-1] }} {{ customer.address.lines.last }}
{{ tags[index] }} {{ tags.first }} {{ tags.last }} {{ tags.size }} {{ first.size }} {{ offers[index].name }}
{{ customer.size }} {{ customer.address.size }} {{ offers[0].size }} {{ none.anything.at_all }}
{{ "text" }} {{ 'single' }} {{ 12 }} {{ -3 }} {{ 2.50 }} {{ true }} {{ false }} {{ nil }}{{ null }}{{ empty }}{{ blank }}
{{ missing | default: "friend" }} {{ customer.missing | default: first }} {{ offers[9].name | default: "none" }}
{{ none | default: 1 }} {{ no | default: 1 }} {{ empty_text | default: 1 }} {{ nothing | default: 1 }} {{ zero | default: 1 }} {{ blank | default: 1 }}
{{ no | default: 1, allow_false: true }} {{ yes | default: 1, allow_false: true }} {{ none | default: 1, allow_false: true }} {{ no | default: 1, allow_false: false }}
{{ first | upcase | append: "!" | prepend: "> " }}
{{ greek | upcase }} {{ greek | downcase }} {{ greek | capitalize }} {{ "éCOLE" | capitalize }} {{ "" | capitalize }}
{{ blank | strip }}|{{ "  a b  " | strip }}|{{ " x " | strip }}
{{ sentence | replace: "o", "0" }} {{ sentence | replace: ", ", "" }} {{ sentence | replace: "none", "x" }}
{{ "aaa" | replace: "aa", "b" }} {{ count | replace: 3, 4 }} {{ first | replace: "Ada", none }}
{{ sentence | truncate: 10 }}|{{ sentence | truncate: 10, "" }}|{{ sentence | truncate: 10, ", and so on" }}|{{ sentence | truncate: 2 }}|{{ sentence | truncate: 0 }}
{{ sentence | truncate }}|{{ sentence | append: sentence | truncate }}|{{ thai | truncate: 6 }}|{{ "😀😀😀😀" | truncate: 3, "…" }}|{{ points | truncate: 3, "" }}
{{ first | size }} {{ tags | size }} {{ none | size }} {{ nothing | size }} {{ thai | size }}
{{ tags | join }} {{ tags | join: ", " }} {{ mixed | join: "-" }} {{ nothing | join: "x" }} {{ numbers | join: none }}
{{ tags | first }} {{ tags | last }} {{ nothing | first }}|{{ nothing | last }}
{{ "a,b,,c,," | split: "," | join: "|" }} {{ "abc" | split: "" | join: "." }} {{ "" | split: "," | size }} {{ ",a" | split: "," | size }}
{{ "a b  c" | split: " " | join: "|" }} {{ sentence | split: ", " | last }} {{ points | split: 2 | join: "/" }}
{{ html | escape }} {{ "&amp; & &lt;" | escape }} {{ "&amp; & &lt; <" | escape_once }} {{ html | escape | escape_once }}
{{ "a b&c/é?=~'()*!-_." | url_encode }} {{ thai | url_encode }} {{ 12.5 | url_encode }}
{{ count | plus: 4 }} {{ count | plus: 0.5 }} {{ "2" | plus: "3" }} {{ spent | plus: 1 }} {{ price | minus: 0.5 }} {{ count | minus: 5 }}
{{ count | times: 4 }} {{ price | times: 2 }} {{ 0.1 | plus: 0.2 }} {{ 1 | divided_by: 3 }} {{ 7 | divided_by: 2 }} {{ 8 | divided_by: 2 }} {{ 7 | divided_by: -2.0 }}
{{ 1.5 | round }} {{ 2.5 | round }} {{ -1.5 | round }} {{ 1.005 | round: 2 }} {{ 2.675 | round: 2 }} {{ 10.0 | round }} {{ 1234.5678 | round: 3 }} {{ spent | round }} {{ 3 | round: 2 }}
{{ 0.000001 }} {{ 0.0000001 | plus: 0 }} {{ 100000000000000000000.5 | plus: 0 }} {{ 1234567890123456789012.0 | plus: 0 }}
{{ 123456789012 | times: 1000000.5 }} {{ 1 | divided_by: 7000000 }} {{ 1 | divided_by: 70000000 }} {{ 5.0 | times: 1 }}
{{ day | date: "%Y-%m-%d" }} {{ day | date: "%-d %B %Y" }} {{ day | date: "%a, %b %e" }} {{ day | date: "%A %j %u %w %y %%" }}
{{ time | date: "%H:%M:%S %I %l %k %p %P" }} {{ time | date: "%s" }} {{ zoned | date: "%Y-%m-%d %H:%M" }} {{ offers[2].ends | date: "%d.%m.%Y %z" }}
{{ day | date: "%^a %^B %_m %_d %-m %0e %h" }} {{ none | date: "%Y" }}| {{ day | date: "no directive" }} {{ day | date: "" }}
{{ "2012-02-29" | date: "%j %A" }} {{ "2012-12-31" | date: "%j" }} {{ "1999-01-01T00:00:00Z" | date: "%I %P %y" }} {{ 0 | date: "%Y %H" }} {{ -86400 | date: "%Y-%m-%d" }}
{% if yes %}a{% endif %}{% if no %}b{% endif %}{% if none %}c{% endif %}{% if empty_text %}d{% endif %}{% if zero %}e{% endif %}{% if nothing %}f{% endif %}
{% if count == 3 %}a{% elsif count == 4 %}b{% else %}c{% endif %}{% if count == 4 %}a{% elsif count == 3 %}b{% else %}c{% endif %}{% if count > 9 %}a{% else %}c{% endif %}
{% if yes or no and no %}a{% endif %}{% if no and no or yes %}b{% endif %}{% if yes and no or yes %}c{% endif %}{% if no or no and yes or yes %}d{% endif %}
{% if first == "Ada" and count >= 3 and price < 13 %}ok{% endif %}{% if first != "Ada" or count <= 2 %}no{% endif %}
{% if tags contains "tea" %}a{% endif %}{% if sentence contains "fox" %}b{% endif %}{% if tags contains "te" %}c{% endif %}{% if numbers contains 2 %}d{% endif %}{% if numbers contains "2" %}e{% endif %}{% if none contains "x" %}f{% endif %}
{% if "abc1" contains 1 %}a{% endif %}{% if mixed contains nil %}b{% endif %}{% if mixed contains true %}c{% endif %}
{% if none == nil %}a{% endif %}{% if none == blank %}b{% endif %}{% if none == empty %}c{% endif %}{% if empty_text == empty %}d{% endif %}{% if empty_text == blank %}e{% endif %}{% if blank == blank %}f{% endif %}
{% if nothing == empty %}a{% endif %}{% if nothing == blank %}b{% endif %}{% if no == blank %}c{% endif %}{% if customer == empty %}d{% endif %}{% if zero == blank %}e{% endif %}{% if first != blank %}f{% endif %}{% if first != empty %}g{% endif %}
{% if 1 == 1.0 %}a{% endif %}{% if "1" == 1 %}b{% endif %}{% if true == 1 %}c{% endif %}{% if nil == false %}d{% endif %}{% if tags == tags %}e{% endif %}{% if numbers == tags %}f{% endif %}{% if customer == customer %}g{% endif %}
{% if "a" < "b" %}a{% endif %}{% if "Z" < "a" %}b{% endif %}{% if "é" > "z" %}c{% endif %}{% if 2 < 10 %}d{% endif %}{% if nil > 1 %}e{% endif %}{% if 1 < nil %}f{% endif %}
{% unless no %}a{% endunless %}{% unless yes %}b{% else %}c{% endunless %}{% unless yes %}a{% elsif count == 3 %}b{% else %}c{% endunless %}
{% case first %}{% when "Ada" %}a{% when "Bob" %}b{% else %}c{% endcase %}{% case first %}{% when "Bob", "Ada" %}a{% else %}c{% endcase %}{% case count %}{% when 1 or 3 %}a{% endcase %}{% case none %}{% when nil %}n{% endcase %}
{% case count %}  {% when 3 %}a{% when 4, 3 %}b{% else %}c{% endcase %}{% case count %}{% else %}only{% endcase %}{% case empty_text %}{% when empty %}e{% when blank %}b{% endcase %}{% case count %}{% when 9 %}{% endcase %}
{% for t in tags %}{{ t }} {% endfor %}{% for t in nothing %}{{ t }}{% else %}none{% endfor %}{% for t in none %}x{% else %}nil{% endfor %}
{% for o in offers %}{{ forloop.index }}/{{ forloop.length }} {{ o.name }}{% if forloop.last %}.{% else %}, {% endif %}{% endfor %}
{% for t in tags %}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.rindex0 }}{{ forloop.first }}{{ forloop.last }} {% endfor %}
{% for i in (1..5) %}{{ i }}{% endfor %} {% for i in (count..5) reversed %}{{ i }}{% endfor %} {% for i in (5..1) %}x{% else %}empty{% endfor %} {% for i in (-2..0) %}{{ i }}{% endfor %}
{% for t in tags limit: 2 %}{{ t }}{% endfor %} {% for t in tags offset: 1 %}{{ t }}{% endfor %} {% for t in tags limit:1 offset:1 %}{{ t }}{% endfor %} {% for t in tags reversed limit: 2 %}{{ t }}{% endfor %} {% for t in tags offset: 5 %}x{% endfor %}
{% for i in (1..3) %}{% for t in tags %}{{ i }}{{ t }}{{ forloop.index }} {% endfor %}{{ forloop.index }};{% endfor %}
{% for o in offers %}{% if o.code == nil %}-{% else %}{{ o.code | downcase }}{% endif %}{% unless forloop.last %},{% endunless %}{% endfor %}
{% assign x = first | upcase %}{{ x }}{% assign x = 2 %}{{ x | plus: 1 }}{% assign list = "a,b" | split: "," %}{{ list | join: "+" }}{{ list[1] }}{{ list.size }}{% for l in list %}[{{ l }}]{% endfor %}
{% assign first = "Bob" %}{{ first }}{% for t in tags %}{% assign seen = t %}{% endfor %}{{ seen }}{% for i in (1..2) %}{% assign i = 9 %}{{ i }}{% endfor %}{{ i }}
{% if yes %}{% assign inner = 1 %}{% endif %}{{ inner }}{% assign sum = 0 %}{% for n in numbers %}{% assign sum = sum | plus: n %}{% endfor %}{{ sum }}
a{% comment %} {{ not read }} {% if %} {% endcomment %}b{% raw %}{{ first }} {% if %}{% endraw %}c
a {%- comment -%} x {%- endcomment -%} b {%- raw %} {{ x }} {% endraw -%} c {%- raw %} d {% endraw -%} e
x  {%- if yes -%}  y  {%- endif -%}  z {{- first -}} w {{- "q" }} v
{% for t in tags -%} {{ t }}, {%- endfor %}|{%- assign q = 1 -%} {{ q -}} |
} }} %} { {a} {{ "}" }} {{ '{' }}
{{ "it's" }} {{ 'say "hi"' }} {{ "a | b : c , d" | upcase }}
{% if customer.address.city == "Bonn" %}{{ customer.address.lines | join: ", " }}{% endif %}
{{ offers | size }} {{ offers[0].percent | times: 2 | append: " %" }} {{ offers.last.name }}
{{ customer.address.lines[index] }} {{ tags[customer.address.lines.size] | default: "bracket" }} {{ tags[9] | default: "bracket" }}
`
  .split("\n")
  .filter((line) => line !== "");
written.push(
  "Line one\n{{ first }}\n{% if yes %}\n  two\n{% endif %}\nend\n",
  "List:\n{%- for t in tags %}\n- {{ t }}\n{%- endfor %}\n\nBye",
  "{% assign a = 1 -%}\n\n   {{ a }}\t{{- a }}\r\n{%- if yes %}\r\nx{% endif %}",
  "{{ first\n  | upcase\n  | append: '!' }}",
  "{%\n if yes\n%}multi{%\nendif\n%}",
  "",
  "plain text only, with 😀 and é",
);

/** Both must refuse these, while reading or while rendering. */
const refused = [
  "{{ missing }}", "{{ customer.missing }}", "{{ tags[7] }}", "{{ first.nope }}", "{{ nothing.first }}",
  "{{ first | shout }}", "{% nope %}", "{% if yes %}", "{% endif %}", "{% for t in tags %}", "{{ first",
  "{% if yes", "{{ }}", "{{ first | upcase: }", "{% case first %}{% when 'a' %}", "{% for in tags %}{% endfor %}",
  "{% for t tags %}{% endfor %}", "{% assign = 3 %}", "{% assign x 3 %}", "{% raw %}", "{% comment %}",
  "{% if yes %}{% else %}{% else %}{% endif %}", "{% if yes %}{% else %}{% elsif no %}{% endif %}",
  "{% if yes %}{% endfor %}", "{{ first | append }}", "{{ | upcase }}", "{{ first upcase }}", "{% if %}x{% endif %}",
  "{% unless %}x{% endunless %}", "{{ first | }} {{ missing }}", "{{ 'open }}", "{% else %}", "{% when 1 %}", "{% include 'x' %}",
  "{% render 'x' %}", "{% layout 'x' %}", "{% %}", "{{ first | default: missing }}", "{{ missing | upcase | default: 'x' }}",
  "{{ tags[missing] | default: 'x' }}", "{% for t in missing %}{% endfor %}", "{% for i in (1..2 %}{% endfor %}",
];

/** Random templates from a small grammar, typed so that both sides have an answer. */
let state = 20111209n;
function random(bound) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
  return Number(((state >> 33n) * BigInt(bound)) >> 31n);
}
const pick = (list) => list[random(list.length)];
const textOperand = () =>
  pick(["first", "last", "city", "sentence", "greek", "customer.name", "empty_text", "blank_text", "thai", "html",
    '"a-b-c"', "'x, y'", '" edge "', "offers[0].name", "tags[1]", "customer.address.city"]).replace("blank_text", "blank | append: ''");
const numberOperand = () => pick(["count", "zero", "price", "points", "offers[1].percent", "numbers[2]", "7", "2.25", "-4"]);
const listOperand = () => pick(["tags", "numbers", "nothing", "mixed", "customer.address.lines"]);
const textFilter = () =>
  pick(["upcase", "downcase", "capitalize", "strip", "escape", "escape_once", "url_encode", "append: last", "append: '-'",
    "prepend: count", 'replace: "a", "4"', "replace: ' ', '_'", "truncate: 5", "truncate: 8, '…'", "default: 'none'",
    "split: ' ' | join: '+'", "split: '-' | first | default: 'none'", "split: 'a' | size"]);
const numberFilter = () =>
  pick(["plus: 2", "minus: price", "times: 3", "times: 0.1", "divided_by: 4", "divided_by: 8.0", "round", "round: 1", "default: 5"]);
function output() {
  switch (random(4)) {
    case 0: {
      let text = textOperand();
      for (let i = random(4); i > 0; --i) text += ` | ${textFilter()}`;
      return `{{ ${text} }}`;
    }
    case 1: {
      let text = numberOperand();
      for (let i = random(4); i > 0; --i) text += ` | ${numberFilter()}`;
      return `{{ ${text} }}`;
    }
    case 2:
      return `{{ ${listOperand()} | ${pick(["join", "join: '/'", "size", "first", "last", "default: 'empty'"])} }}`;
    default:
      return `{{ ${pick(["day", "time", "zoned", "offers[0].ends", "offers[2].ends"])} | date: "${pick(["%d", "%-d", "%e", "%B", "%b", "%Y"])} ${pick(["%H:%M", "%j", "%a", "%A", "%y", "%m", "%I %p"])}" }}`;
  }
}
function term() {
  switch (random(6)) {
    case 0: return pick(["yes", "no", "none", "zero", "empty_text", "nothing", "first", "true", "false", "nil"]);
    case 1: return `${numberOperand()} ${pick(["==", "!=", "<", ">", "<=", ">="])} ${numberOperand()}`;
    case 2: return `${pick(["first", "city", "last", "'Ada'"])} ${pick(["==", "!=", "<", ">", "<=", ">="])} ${pick(["first", "last", "'M'", "''"])}`;
    case 3: return `${pick(["tags", "sentence", "mixed", "nothing", "none"])} contains ${pick(["'tea'", "'fox'", "'two'", "first", "'e'"])}`;
    case 4: return `${pick(["empty_text", "blank", "none", "nothing", "tags", "customer", "zero", "no"])} ${pick(["==", "!="])} ${pick(["empty", "nil", "false", "''"])}`;
    default: return `${pick(["count", "first", "yes", "none", "tags"])} ${pick(["==", "!="])} ${pick(["3", "'Ada'", "true", "nil", "price"])}`;
  }
}
function condition() {
  let text = term();
  for (let i = random(3); i > 0; --i) text += ` ${pick(["and", "or"])} ${term()}`;
  return text;
}
const tag = (text) => `${pick(["{%", "{%", "{%", "{%-"])} ${text} ${pick(["%}", "%}", "%}", "-%}"])}`;
function block(depth) {
  if (depth === 0) return random(2) ? output() : pick([" text ", "\n", "- ", " é "]);
  const inner = () => block(depth - 1) + (random(2) ? block(depth - 1) : "");
  switch (random(6)) {
    case 0: return tag(`if ${condition()}`) + inner() + tag("else") + inner() + tag("endif");
    case 1: return tag(`if ${condition()}`) + inner() + tag(`elsif ${condition()}`) + inner() + tag("endif");
    case 2: return tag(`unless ${condition()}`) + inner() + tag("endunless");
    case 3: return tag(`for item in ${listOperand()}${pick(["", " reversed", " limit: 2", " limit: 1 reversed"])}`) +
      inner() + "{{ forloop.index }}:{{ item }};" + tag("else") + inner() + tag("endfor");
    case 4: return tag(`case ${pick(["first", "count", "none"])}`) + tag(`when ${pick(["'Ada'", "3", "nil, 3", "'x' or 'Ada'"])}`) +
      inner() + tag("else") + inner() + tag("endcase");
    default: return tag(`assign made = ${pick(["first | upcase", "count | times: 2", "tags | join: '+'"])}`) + "{{ made }}" + inner();
  }
}

const templates = new Set(written);
const wanted = templates.size + 400;
while (templates.size < wanted) {
  const template = block(1 + random(3));
  if (template.length <= 400) templates.add(template);
}
const cases = [];
for (const template of templates) {
  try {
    cases.push(JSON.stringify([template, engine.parseAndRenderSync(template, people)]));
  } catch (error) {
    console.error(`liquidjs refuses ${template}: ${error.message}`);
    process.exit(1);
  }
}
for (const template of refused) {
  let answer;
  try {
    answer = engine.parseAndRenderSync(template, people);
  } catch {
    cases.push(JSON.stringify([template, null]));
    continue;
  }
  console.error(`liquidjs does not refuse ${template}: ${JSON.stringify(answer)}`);
  process.exit(1);
}

const file = new URL("data/liquid_cases.json", import.meta.url);
const text =
  `{"source":"tests/liquid_differential.mjs with npm liquidjs ${version}",\n` +
  `"variables":${JSON.stringify(people)},\n"cases":[\n${cases.join(",\n")}\n]}\n`;
if (process.argv.includes("--check")) {
  const same = readFileSync(file, "utf8") === text;
  console.log(same ? `${cases.length} cases, up to date` : "tests/data/liquid_cases.json is out of date");
  process.exit(same ? 0 : 1);
}
writeFileSync(file, text);
console.log(`${cases.length} cases written`);
