// The peer of liquid_bench.cpp: node bench/liquid_bench.mjs FOLDER, where liquidjs is installed.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2] ?? ".", "package.json"));
const { Liquid } = require("liquidjs");
const engine = new Liquid({ strictVariables: true, strictFilters: true, lenientIf: true });
const variables = {
  customer: { first_name: "Ada" },
  offer: { percent: 15, applies_to: "All Candles", code: "COMEBACK15", ends: "2011-12-20" },
  tags: ["gift", "home", "tea"],
};
const sources = {
  render_message:
    'Hi {{ customer.first_name | default: "there" }}, {% if offer.percent > 0 %}take ' +
    "{{ offer.percent }}% off {{ offer.applies_to | downcase }} with {{ offer.code }} until " +
    '{{ offer.ends | date: "%-d %B" }}.{% else %}see what is new.{% endif %}' +
    "{% for tag in tags limit: 2 %} #{{ tag }}{% endfor %}",
  render_plain_names:
    "Hi {{ customer.first_name }}, take {{ offer.percent }}% off {{ offer.applies_to }} with " +
    "{{ offer.code }} until {{ offer.ends }}. We would love to see you again soon.",
};
for (const [name, source] of Object.entries(sources)) {
  const parsed = engine.parse(source);
  const repeat = (count) => {
    let bytes = 0;
    for (let i = 0; i < count; ++i) bytes += engine.renderSync(parsed, variables).length;
    return bytes;
  };
  repeat(20000);
  const count = 100000;
  const start = process.hrtime.bigint();
  repeat(count);
  const ns = Number(process.hrtime.bigint() - start) / count;
  console.log(`${name}  ${Math.round(ns)} ns`);
}
