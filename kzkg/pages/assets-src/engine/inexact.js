// A day that stands for a month, a year or a season is shown as exactly as it is known; as `kzkg/inexact.py`.
import { about, rows as ask, values } from "./labels.js";
import { compare, day as dayOf, isLiteral, isThing, same, shrink, table, written as spelt } from "./terms.js";

const FEW = 100;
const REPORTED = { en: "reported", ru: "по сообщению", kk: "хабарланған" };

/** Find the cells with a day that is not exact, and how a reader is shown them: a text by "row,column". */
export function shownDays(asking, rows, support, dataset, lang) {
  const cells = [];
  rows.forEach((row, number) => row.forEach((term, column) => {
    if (isLiteral(term) && term.datatype === `${table.prefixes.xsd}date`) cells.push([number, column, term.value]);
  }));
  if (!cells.length) return {};
  const near = new Map();
  const days = new Map();
  for (const [number, , day] of cells) {
    near.set(number, [...support[number], ...rows[number].filter(isThing).map((term) => term.value).sort()]);
    days.set(number, (days.get(number) ?? new Set()).add(day));
  }
  const found = spoken(asking, near, days, dataset, lang);
  const shown = {};
  for (const [number, column, day] of cells) {
    const words = found.get(`${number} ${day}`);
    if (words) shown[`${number},${column}`] = words;
  }
  return shown;
}

function spoken(asking, rows, days, dataset, lang) {
  const known = inexactDays(asking, new Set([...days.values()].flatMap((each) => [...each])), dataset);
  const given = new Set([...known.values()].flatMap((each) => [...each.keys()]));
  const waiting = [...rows].flatMap(([number, records]) => [...days.get(number)].filter((day) => given.has(day)).map((day) => [number, day, records]));
  const links = linked(asking, waiting, known, dataset);
  const found = new Map();
  for (const [number, day, records] of waiting) {
    const of = (things) => things.map((each) => known.get(each)?.get(day)).filter(Boolean);
    const own = of(records);
    const beside = new Set(records.flatMap((record) => [...(links.get(record) ?? [])]));
    const near = beside.has(day) ? [] : of([...beside]);
    const best = (own.length ? own : near).sort(inOrder)[0];
    const words = best && written(day, best, lang);
    if (words) found.set(`${number} ${day}`, words);
  }
  return found;
}

function inOrder(one, other) {
  return compare(one.precision, other.precision) || Number(one.starts) - Number(other.starts) || compare(one.text, other.text);
}

/** Ask for the records that give one of these days as an inexact one; of many days, for all such records. */
export function inexactDays(asking, days, dataset) {
  const wanted = days.size <= FEW ? [...days].sort().map((day) => spelt(dayOf(day))).join(" ") : "";
  const text = asking.texts.inexact.replaceAll("$days", () => (wanted ? `VALUES ?day { ${wanted} }` : ""));
  const found = new Map();
  for (const [record, day, start, precision, words] of ask(asking, text, dataset)) {
    if (!isThing(record) || !isLiteral(day)) continue;
    if (!found.has(record.value)) found.set(record.value, new Map());
    const exact = isThing(precision) ? shrink(precision.value).replace(/^v:precision-/, "") : "";
    const starts = Boolean(start) && same(day, start);
    found.get(record.value).set(day.value, { precision: exact, starts, text: isLiteral(words) ? words.value : "" });
  }
  return found;
}

function linked(asking, waiting, known, dataset) {
  const found = new Map();
  if (!waiting.length) return found;
  const days = [...new Set(waiting.map(([, day]) => spelt(dayOf(day))))].sort();
  const near = [...days, values(known.keys()).replaceAll(" ", ", ")].join(", ");
  const records = waiting.flatMap(([, , each]) => each);
  for (const [record, each] of about(asking, asking.texts.links.replaceAll("$near", () => near), records, dataset)) {
    if (isThing(record) && each && each.type !== "bnode") found.set(record.value, (found.get(record.value) ?? new Set()).add(each.value));
  }
  return found;
}

/** Write a day as exactly as it is known; nothing where it is best left as it stands. */
export function written(day, known, lang) {
  if (known.precision === "month") return day.slice(0, 7);
  if (known.precision === "year") return day.slice(0, 4);
  if (known.precision === "reported-on") return known.text || `${day} (${REPORTED[lang] ?? REPORTED.en})`;
  if (known.precision === "season" || (known.precision === "part-of-decade" && !known.starts)) return known.text;
  return "";
}
