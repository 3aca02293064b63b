// Refuses query texts that would write, call out, or end the engine, before it reads them; as `kzkg/store/guard.py`.
import { length, Refused } from "./terms.js";

const LONGEST = 100_000;
const DEEPEST = 100;
const MOST_STEPS = 1000;
const W = "[\\p{L}\\p{N}_]";
const SKIPPED = new RegExp(
  `(?<string>"""(?:[^"\\\\]|\\\\.|"(?!""))*"""|'''(?:[^'\\\\]|\\\\.|'(?!''))*'''|(?!"""|''')(?:"(?:[^"\\\\\\n\\r]|\\\\.)*"|'(?:[^'\\\\\\n\\r]|\\\\.)*'))` +
  `|(?<open>"""(?:[^"\\\\]|\\\\.|"(?!""))*|'''(?:[^'\\\\]|\\\\.|'(?!''))*|"(?:[^"\\\\\\n\\r]|\\\\.)*|'(?:[^'\\\\\\n\\r]|\\\\.)*)` +
  `|(?<iri><(?:[A-Za-z][A-Za-z0-9+.\\-]*://[^<>"{}|^\`\\\\\\x00-\\x20]*|[^<>"{}|^\`\\\\\\x00-\\x20#'()]*)>)` +
  `|(?<comment>#[^\\n\\r]*)` +
  `|(?<name>[?$]${W}+|(?<prefix>(?:(?<![\\p{L}\\p{N}_.\\-])[\\p{L}](?:${W}|[.\\-])*)?):(?:${W}|[:.\\-]|%[0-9A-Fa-f]{2}|\\\\.)*|@[A-Za-z\\-]+)`,
  "gsu",
);
const UNCLEAR = /\\|<(?![A-Za-z][A-Za-z0-9+.-]*:\/\/)[^<>"{}|^`\x00-\x20]*[#'()][^<>"{}|^`\x00-\x20]*>/;
const STEP = /[!+*/|&.;-]|\b(?:UNION|OPTIONAL|FILTER|BIND|MINUS|GRAPH|SELECT)\b/gi;
const UPDATE = /^\s*(?:(?:PREFIX|BASE)\s*)*(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY|WITH)\b/i;
const FORM = /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i;

/** Refuse a text that may not run; else give what is left of it without strings, IRIs, names and comments. */
export function checked(text) {
  if (length(text) > LONGEST) throw new Refused(`the query is too long: ${length(text)} characters, at most ${LONGEST} are taken`);
  const rest = bare(text);
  const clear = !UNCLEAR.test(text) && !/["']/.test(rest);
  if (callsOut(text, rest, clear)) throw new Refused("SERVICE is refused: this graph opens no connections for a query");
  const update = UPDATE.exec(rest);
  if (update) throw new Refused(`${update[1].toUpperCase()} is refused: the graph is read-only, ask with SELECT, ASK or CONSTRUCT`);
  const deepest = clear ? depth(rest) : 0;
  if (deepest > DEEPEST) throw new Refused(`the query is nested too deeply: ${deepest} brackets, at most ${DEEPEST} are taken`);
  // Where it is not clear which brackets count, those that seem to close might be letters of a string.
  const opened = clear ? 0 : (text.match(/[([{]/g) ?? []).length;
  if (opened > MOST_STEPS) throw new Refused(`the query is too large: ${opened} brackets, at most ${MOST_STEPS} are taken beside escapes`);
  const steps = ((clear ? rest : text).match(STEP) ?? []).length;
  if (steps > MOST_STEPS) throw new Refused(`the query is too large: ${steps} operators and patterns, at most ${MOST_STEPS} are taken`);
  return rest;
}

function depth(rest) {
  let open = 0;
  let deepest = 0;
  for (const [bracket] of rest.matchAll(/[[\](){}]/g)) {
    open += "({[".includes(bracket) ? 1 : -1;
    deepest = Math.max(deepest, open);
  }
  return deepest;
}

/** Give what is left of a text without what holds no keyword; strings that never end are kept. */
export function bare(text) {
  return text.replace(SKIPPED, " $<open>");
}

/** Give the form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; SELECT where the engine will say what is wrong. */
export function form(rest) {
  return (FORM.exec(rest)?.[1] || "SELECT").toUpperCase();
}

/** Whether SERVICE may stand in a text as a keyword: wherever it may begin, and anywhere in a text that is not clear. */
function callsOut(text, rest, clear) {
  if (!clear) {
    const read = text.replace(/\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})/g, (escape, four, eight) => {
      const number = parseInt(four || eight, 16);
      return number <= 0x10ffff ? String.fromCodePoint(number) : escape;
    });
    return [text, read].some((reading) => reading.toLowerCase().includes("service"));
  }
  const prefixes = [...text.matchAll(SKIPPED)].map((found) => found.groups.prefix || "");
  return [rest, ...prefixes].some((part) => part.toLowerCase().includes("service"));
}
