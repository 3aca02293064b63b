// Answers as files: tab-separated, comma-separated, JSON and the results format of the W3C; as `kzkg/formats/`.
import { isNumber } from "./answer.js";
import { line } from "./citations.js";
import { isThing, shrink, table } from "./terms.js";

const ESCAPES = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

export const FORMS = {
  csv: ["text/csv", csv], tsv: ["text/tab-separated-values", tsv], json: ["application/json", json],
  ndjson: ["application/x-ndjson", ndjson], srj: ["application/sparql-results+json", srj],
};

/** Whether a column holds things, which have names, or inexact days. */
export function labelled(answer) {
  const inexact = new Set(Object.keys(answer.days).map((cell) => Number(cell.split(",")[1])));
  return answer.variables.map((_, column) => inexact.has(column) || answer.rows.some((row) => isThing(row[column])));
}

/** Give a cell for a reader: the name of a thing, a day as exactly as it is known, else the value. */
export function shown(answer, number, column) {
  const term = answer.rows[number][column];
  if (isThing(term)) return answer.labels[term.value] || shrink(term.value);
  return answer.days[`${number},${column}`] || plain(term);
}

function plain(term) {
  if (!term) return "";
  return term.type === "bnode" ? `_:${term.value}` : term.value;
}

function value(term) {
  if (!term) return null;
  if (isNumber(term)) {
    const number = Number(term.value);
    return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : term.value;
  }
  if (term.datatype === `${table.prefixes.xsd}boolean`) return term.value === "true" || term.value === "1";
  return plain(term);
}

function header(answer) {
  const named = labelled(answer);
  const columns = answer.variables.flatMap((name, column) => (named[column] ? [name, `${name}_label`] : [name]));
  return [...columns, ...(answer.ranks ? ["rank"] : []), "citations"];
}

function records(answer) {
  const named = labelled(answer);
  return answer.rows.map((row, number) => [
    ...row.flatMap((term, column) => (named[column] ? [plain(term), shown(answer, number, column)] : [plain(term)])),
    ...(answer.ranks ? [answer.ranks[number]] : []),
    answer.citations[number].map(line).join(" | "),
  ]);
}

function tsv(answer) {
  return [header(answer), ...records(answer)].map((cells) => `${cells.map((cell) => cell.replace(/[\\\t\n\r]/g, (letter) => ESCAPES[letter])).join("\t")}\n`).join("");
}

function csv(answer) {
  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return [header(answer), ...records(answer)].map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

/** One object for each row: every column as value, names beside things, citations as a list. */
export function objects(answer) {
  const named = labelled(answer);
  return answer.rows.map((row, number) => {
    const entry = {};
    row.forEach((term, column) => {
      const name = answer.variables[column];
      entry[name] = value(term);
      if (named[column]) entry[`${name}_label`] = term ? shown(answer, number, column) : null;
    });
    if (answer.ranks) entry.rank = answer.ranks[number] || null;
    entry.citations = answer.citations[number].map(fields);
    return entry;
  });
}

function fields(citation) {
  return Object.fromEntries(Object.entries(citation).map(([name, each]) => [name, each || null]));
}

function json(answer) {
  const entries = objects(answer).map((entry) => JSON.stringify(entry));
  return entries.length ? `[\n  ${entries.join(",\n  ")}\n]\n` : "[]\n";
}

function ndjson(answer) {
  return objects(answer).map((entry) => `${JSON.stringify(entry)}\n`).join("");
}

function srj(answer) {
  const bindings = answer.rows.map((row) => Object.fromEntries(row.flatMap((term, column) => (term ? [[answer.variables[column], term]] : []))));
  const document = { head: { vars: answer.variables }, results: { bindings }, citations: answer.citations.map((row) => row.map(fields)) };
  if (answer.ranks) document.ranks = answer.ranks;
  return `${JSON.stringify(document, null, 1)}\n`;
}
