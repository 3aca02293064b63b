// From the records in an answer to the documents, and the places in them, that support them; as `kzkg/citations.py`.
import { about, label } from "./labels.js";
import { compare, isLiteral, isThing, shrink, span } from "./terms.js";

const FIELDS = ["label", "place", "date", "address", "source"];

/** Ask once, for all records of an answer, what supports them. */
export function places(asking, records, dataset) {
  const wanted = new Set(records);
  const found = new Map();
  for (const text of [asking.texts.evidence, asking.texts.itself]) {
    const waiting = [...wanted].filter((record) => !found.has(record));
    for (const [record, source, place] of about(asking, text, waiting, dataset)) {
      if (!isThing(record) || !isThing(source)) continue;
      if (!found.has(record.value)) found.set(record.value, new Map());
      const pair = [source.value, isLiteral(place) ? place.value : ""];
      found.get(record.value).set(pair.join("\0"), pair);
    }
  }
  return found;
}

/** Ask for the verdicts on claims: accepted, alternative, rejected, or open while rivals wait for one. */
export function verdicts(asking, records) {
  const wanted = new Set(records);
  const found = new Map();
  for (const text of [asking.texts.verdicts, asking.texts.ranks]) {
    const waiting = [...wanted].filter((record) => !found.has(record));
    for (const [record, rank] of about(asking, text, waiting, "all")) {
      if (isThing(record)) found.set(record.value, isThing(rank) ? shrink(rank.value).replace(/^v:rank-/, "") : "open");
    }
  }
  return found;
}

/** Give the citations of one row, each document and place once, in a fixed order; only those known by a day. */
export function citations(records, found, details, lang, day) {
  const pairs = new Map(records.flatMap((record) => [...(found.get(record) ?? [])]));
  return [...pairs.values()]
    .map(([source, place]) => citation(source, place, details, lang))
    .filter((each) => !day || (each.date && span(each.date)[1] <= day))
    .sort(inOrder);
}

function citation(source, place, details, lang) {
  const known = details.get(source) ?? {};
  const first = (name) => (known[name] ?? []).map((each) => each.value).sort(compare)[0] ?? "";
  return { label: label(source, known, lang), place, date: first("issued"), address: first("address"), source };
}

export function inOrder(one, other) {
  for (const field of FIELDS) if (one[field] !== other[field]) return compare(one[field], other[field]);
  return 0;
}

export function line(citation) {
  return [citation.label, citation.place, citation.date].filter(Boolean).join(", ");
}

/** List the distinct citations in the order in which rows need them, and for each row their numbers. */
export function numbered(rows) {
  const numbers = new Map();
  const listed = [];
  const marks = rows.map((row) => row.map((each) => {
    const same = FIELDS.map((field) => each[field]).join("\0");
    if (!numbers.has(same)) numbers.set(same, listed.push(each));
    return numbers.get(same);
  }).sort((one, other) => one - other));
  return { listed, marks };
}
