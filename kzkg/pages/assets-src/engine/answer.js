// From a saved query and values to an answer with names, days as known, citations and verdicts; as `kzkg/answer/`.
import { citations, places, verdicts } from "./citations.js";
import { shownDays } from "./inexact.js";
import { describe, label } from "./labels.js";
import { isLiteral, isThing, key, Refused, table, typed, written } from "./terms.js";

const SLOT = /^(\s*)VALUES\s+[?$]([\p{L}\p{N}_]+)\s*\{\s*([^{}]*?)\s*\}\s*([^{}]*?)\s*$/iu;
const EARTH = 6371.0088;

/** Give the text of a saved query with its slots filled; a slot without a value keeps its default. */
export function bind(query, values) {
  return query.text.split("\n").map((line) => {
    const slot = SLOT.exec(line);
    if (!slot) return line;
    const given = values[slot[2]];
    if (given) return `${slot[1]}VALUES ?${slot[2]} { ${given.map(written).join(" ")} } ${slot[4]}`.trimEnd();
    return slot[3].toUpperCase() === "UNDEF" ? "" : line;
  }).join("\n");
}

/** Ask a saved query with these values. */
export function ask(asking, query, values, wish) {
  const dataset = wish.all && query.graph !== "files" ? "all" : query.graph;
  const text = bind(query, values);
  let answer = begun(asking.graph.evaluate(text, dataset, asking.day), query.evidence);
  if (answer.statements || "boolean" in answer) return { ...answer, text };
  if (query.distance) answer = measured(answer, query.distance);
  const behind = query.evidence_from ? recordsBehind(asking, query, values, dataset, answer) : null;
  return { ...finished(asking, answer, wish, dataset, behind), text };
}

/** Ask a query of the reader's own; every record in a row may carry citations. */
export function askText(asking, text, wish) {
  const answer = begun(asking.graph.evaluate(text, "accepted", asking.day), null);
  if (answer.statements || "boolean" in answer) return { ...answer, text };
  return { ...finished(asking, answer, wish, "accepted", null), text };
}

function begun(result, named) {
  if (!result.rows) return result;
  return { variables: result.variables, rows: result.rows, evidence: named ?? result.variables, total: result.rows.length };
}

function finished(asking, answer, wish, dataset, behind) {
  const most = wish.limit || answer.rows.length;
  const rows = answer.rows.slice(0, most);
  const support = behind ? behind.slice(0, most) : recordsOf(answer, rows);
  const found = places(asking, support.flat(), dataset);
  const sources = [...found.values()].flatMap((each) => [...each.values()].map(([source]) => source));
  const details = describe(asking, new Set([...things(rows), ...sources]), dataset);
  return {
    ...answer,
    rows,
    labels: Object.fromEntries([...details].map(([iri, known]) => [iri, label(iri, known, wish.lang)])),
    days: shownDays(asking, rows, support, dataset, wish.lang),
    citations: support.map((row) => citations(row, found, details, wish.lang, asking.day)),
    ranks: dataset === "all" ? ranksOf(asking, answer, support) : null,
  };
}

export function things(rows) {
  return new Set(rows.flatMap((row) => row.filter(isThing).map((term) => term.value)));
}

function recordsOf(answer, rows) {
  const columns = answer.evidence.map((name) => answer.variables.indexOf(name)).filter((column) => column >= 0);
  return rows.map((row) => columns.map((column) => row[column]).filter(isThing).map((term) => term.value));
}

function ranksOf(asking, answer, support) {
  if (answer.variables.includes("rank")) return null;
  const found = verdicts(asking, support.flat());
  const rows = support.map((row) => [...new Set(row.filter((each) => found.has(each)).map((each) => found.get(each)))].join(", "));
  return rows.some(Boolean) ? rows : null;
}

/** Find the records behind computed rows: what another query yields, matched on shared variables. */
function recordsBehind(asking, query, values, dataset, answer) {
  const other = asking.queries.get(query.evidence_from);
  const slots = new Set(other.parameters.map((parameter) => parameter.name));
  const shared = Object.fromEntries(Object.entries(values).filter(([name]) => slots.has(name)));
  const yielded = begun(asking.graph.evaluate(bind(other, shared), dataset, asking.day), other.evidence);
  const common = answer.variables.filter((name) => yielded.variables.includes(name));
  const here = common.map((name) => answer.variables.indexOf(name));
  const there = common.map((name) => yielded.variables.indexOf(name));
  const records = recordsOf(yielded, yielded.rows);
  const groups = new Map();
  yielded.rows.forEach((row, number) => {
    const group = there.map((column) => key(row[column]));
    const name = group.join("\n");
    if (!groups.has(name)) groups.set(name, { group, records: new Set() });
    for (const each of records[number]) groups.get(name).records.add(each);
  });
  return answer.rows.map((row) => [...fitting(here.map((column) => key(row[column])), groups)].sort());
}

function fitting(wanted, groups) {
  if (!wanted.includes("")) return groups.get(wanted.join("\n"))?.records ?? new Set();
  const alike = [...groups.values()].filter(({ group }) => group.every((its, place) => !wanted[place] || wanted[place] === its));
  return new Set(alike.flatMap(({ records }) => [...records]));
}

/** Add the kilometres to each row; leave out rows that lie too far, and columns that only served to measure. */
function measured(answer, distance) {
  const at = (name) => answer.variables.indexOf(name);
  const serving = new Set([...distance.origin, distance.within]);
  const kept = answer.variables.map((_, column) => column).filter((column) => !serving.has(answer.variables[column]));
  const number = (row, column) => (isLiteral(row[column]) ? Number(row[column].value) : Infinity);
  const rows = answer.rows.flatMap((row) => {
    const far = kilometres(...[...distance.origin, ...distance.place].map((name) => number(row, at(name))));
    if (!(far <= number(row, at(distance.within)))) return [];
    return [[...kept.map((column) => row[column]), typed(far.toFixed(1), "decimal")]];
  });
  return { ...answer, variables: [...kept.map((column) => answer.variables[column]), distance.column], rows, total: rows.length };
}


function kilometres(latitude, longitude, otherLatitude, otherLongitude) {
  const rad = Math.PI / 180;
  let half = Math.sin(((otherLatitude - latitude) * rad) / 2) ** 2;
  half += Math.cos(latitude * rad) * Math.cos(otherLatitude * rad) * Math.sin(((otherLongitude - longitude) * rad) / 2) ** 2;
  return 2 * EARTH * Math.asin(Math.sqrt(half));
}

/** Find a saved query by its name. */
export function found(asking, name) {
  const query = asking.queries.get(name);
  if (!query) throw new Refused(`there is no saved query ${name}`);
  return query;
}

export const isNumber = (term) => isLiteral(term) && ["integer", "decimal", "double"].some((name) => term.datatype === table.prefixes.xsd + name);
