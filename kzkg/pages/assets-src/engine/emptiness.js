// Why an answer is empty, as far as the graph can tell; as `kzkg/emptiness.py`.
import { bind } from "./answer.js";
import { about, describe, label, rows } from "./labels.js";
import { compare, expand, isLiteral, isThing, quoted, shrink, table } from "./terms.js";

/** One line: no such thing, of another class, over by then, before the first record, not accepted, not together. */
export function whyEmpty(asking, query, given, wish) {
  const dataset = wish.all && query.graph !== "files" ? "all" : query.graph;
  for (const [name, terms] of Object.entries(given)) {
    const parameter = query.parameters.find((each) => each.name === name);
    for (const term of terms.filter(isThing)) {
      const reason = strange(asking, parameter, term, wish.lang);
      if (reason) return reason;
    }
  }
  const ended = over(asking, query, given, dataset);
  if (ended) return ended;
  const hidden = dataset === "accepted" ? answered(asking, query, given, "all").rows.length : 0;
  if (hidden) return `nothing accepted answers this, but ${hidden} rows stand under --all, with claims that rival or failed`;
  const names = Object.keys(given);
  if (!names.length || !answered(asking, query, {}, dataset).rows.length) return "the graph holds nothing that answers this question";
  for (const name of names) {
    const without = answered(asking, query, leaving(given, name), dataset);
    if (without.rows.length) return withoutValue(asking, name, given[name][0], without, wish.lang);
  }
  return `each of ${names.map((name) => `--${name}`).join(", ")} alone fits some rows, but no row fits them together`;
}

function leaving(given, name) {
  return Object.fromEntries(Object.entries(given).filter(([other]) => other !== name));
}

function answered(asking, query, given, dataset) {
  const result = asking.graph.evaluate(bind(query, given), dataset, asking.day);
  return result.rows ? result : { variables: [], rows: [] };
}

/** Whether a thing is in the data at all, and is of the kind that the parameter takes. */
function strange(asking, parameter, term, lang) {
  const short = shrink(term.value);
  const node = `<${term.value}>`;
  const known = rows(asking, `SELECT ?p WHERE { { ${node} ?p ?o } UNION { ?s ?p ${node} } } LIMIT 1`, "all");
  if (!known.length) return `${parameter.name}: ${short} is not in the data`;
  if (parameter.type !== "iri" || !parameter.of) return "";
  const found = rows(asking, `SELECT DISTINCT ?class ?above WHERE { ${node} a ?class OPTIONAL { ?class rdfs:subClassOf ?above } }`, "all");
  const classes = new Set(found.map(([each]) => each).filter(isThing).map((each) => each.value));
  if (!classes.size || classes.has(expand(parameter.of).value)) return "";
  const above = new Set(found.map(([, each]) => each).filter(isThing).map((each) => each.value));
  const names = [...classes].filter((each) => !above.has(each)).map((each) => shrink(each).split(":").at(-1)).sort().join(", ");
  return `${parameter.name}: ${short} (${called(asking, term, lang)}) is known as ${names}, and not as ${parameter.of.split(":").at(-1)}`;
}

function called(asking, term, lang) {
  return label(term.value, describe(asking, [term.value], "all").get(term.value), lang);
}

const isDay = (term) => isLiteral(term) && term.datatype === `${table.prefixes.xsd}date`;

/** Name what would answer but for the day, on which it no longer held. */
function over(asking, query, given, dataset) {
  for (const [name, [day]] of Object.entries(given)) {
    if (!isDay(day)) continue;
    const without = answered(asking, query, leaving(given, name), dataset);
    const things = new Set(without.rows.flatMap((row) => row.filter(isThing).map((term) => term.value)));
    const endings = about(asking, asking.texts.ended, things, dataset)
      .filter(([thing, end]) => isThing(thing) && isLiteral(end) && end.value <= day.value)
      .map(([thing, end, by]) => [shrink(thing.value), end.value, isThing(by) ? `, by ${shrink(by.value)}` : ""]);
    if (endings.length) {
      const [thing, end, by] = endings.reduce((last, each) => (compare(each[1], last[1]) > 0 ? each : last));
      return `${name}: ${thing} ended on ${end}${by}; without --${name} there are ${without.rows.length} rows`;
    }
  }
  return "";
}

/** Say what stands in the way, when the rows come as soon as one value is left out. */
function withoutValue(asking, name, term, without, lang) {
  const several = `without --${name} there are ${without.rows.length} rows`;
  if (isThing(term)) return `${name}: no row has ${shrink(term.value)} (${called(asking, term, lang)}); ${several}`;
  const days = isDay(term) ? without.rows.flatMap((row) => row.filter(isDay).map((each) => each.value)).sort() : [];
  if (days.length && term.value < days[0]) return `${name}: ${term.value} is before the first record, which is of ${days[0]}; ${several}`;
  if (days.length && term.value > days.at(-1)) return `${name}: ${term.value} is after the last record, which is of ${days.at(-1)}; ${several}`;
  return `${name}: no row has ${quoted(term.value)}; ${several}`;
}
