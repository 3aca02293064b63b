// The rows of an answer and the list of its sources, as the pages of a server show them.
import { isNumber } from "./answer.js";
import { line } from "./citations.js";
import { make, outside } from "./dom.js";
import { shown } from "./formats.js";
import { pageOf } from "./places.js";
import { isThing, shrink } from "./terms.js";

const RANKS = ["accepted", "alternative", "rejected", "open"];
const DAY = /^-?[0-9]{4}(-[0-9]{2}){0,2}$/;

export function answerTable(answer, marks, listed, settings) {
  const numeric = answer.variables.map((_, column) => {
    const found = answer.rows.map((row) => row[column]).filter(Boolean);
    return found.length > 0 && found.every(isNumber);
  });
  const head = answer.variables.map((name, column) => make("th", { scope: "col", class: numeric[column] ? "number" : undefined }, settings.columns[name] ?? name.replaceAll("_", " ")));
  if (answer.ranks) head.push(make("th", { scope: "col" }, settings.words.rank));
  if (listed.length) head.push(make("th", { scope: "col" }, settings.words.source));
  const rows = answer.rows.map((row, number) => {
    const cells = row.map((term, column) => cell(answer, number, column, numeric[column], settings));
    if (answer.ranks) cells.push(make("td", {}, answer.ranks[number] ? verdict(answer.ranks[number], settings) : ""));
    if (listed.length) cells.push(make("td", { class: "cited" }, make("span", { class: "marks" }, ...marks[number].map((each) => make("a", { href: `#s${each}`, title: line(listed[each - 1]) }, String(each))))));
    return make("tr", {}, ...cells);
  });
  return make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
}

function cell(answer, number, column, numeric, settings) {
  const term = answer.rows[number][column];
  let words = shown(answer, number, column);
  let href = outside(isThing(term) ? "" : words);
  if (isThing(term)) {
    href = answer.paged.includes(term.value) ? pageOf(term.value, settings.page) : outside(term.value);
    const rank = shrink(term.value);
    if (rank.startsWith("v:rank-")) words = settings.ranks[rank.slice(7)] ?? rank.slice(7);
  }
  const kind = numeric ? "number" : DAY.test(words) ? "day" : undefined;
  return make("td", { class: kind }, href ? make("a", { href }, words) : words);
}

function verdict(rank, settings) {
  const known = RANKS.includes(rank) ? rank : "open";
  return make("span", { class: `verdict ${known}` }, settings.ranks[rank] ?? rank);
}

export function sourceList(answer, listed, settings) {
  const items = listed.map((each, place) => {
    const href = answer.paged.includes(each.source) ? pageOf(each.source, settings.page) : outside(each.source);
    const told = make("span", { class: "source" }, href ? make("a", { href }, each.label) : make("span", {}, each.label));
    if (each.place) told.append(", ", make("span", { class: "locator" }, each.place));
    if (each.date) told.append(", ", make("span", { class: "date" }, each.date));
    const item = make("li", { id: `s${place + 1}` }, told);
    const address = outside(each.address);
    if (address) item.append(" ", make("a", { class: "out small", rel: "external noopener", href: address }, address.split("/")[2], make("span", { class: "hidden" }, `: ${settings.words.document} ${place + 1}`)));
    return item;
  });
  const title = make("h2", { id: "sources" }, `${settings.words.sources} `, make("span", { class: "count" }, String(listed.length)));
  return make("section", { class: "sources", "aria-labelledby": "sources" }, title, make("ol", {}, ...items));
}

