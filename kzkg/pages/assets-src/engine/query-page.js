// The page of a saved query: its form asks the store in the page, and shows rows, sources and downloads as a server does.
import { answerTable, sourceList } from "./answer-page.js";
import { numbered } from "./citations.js";
import { download, make, telling } from "./dom.js";
import * as engine from "./engine.js";
import { FORMS } from "./formats.js";

const MOST = 200;
const OPTIONS = ["all", "known-by", "limit", "lang"];
const DAY = /^-?[0-9]{4}(-[0-9]{2}){0,2}$/;

export function begin(settings) {
  const form = document.querySelector("form.ask");
  const page = new QueryPage(form, settings);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = new URLSearchParams([...new FormData(form)].filter(([, value]) => String(value).trim()));
    // The script of all pages has shut the empty fields, so that they would not make the address longer.
    for (const field of form.elements) field.disabled = false;
    page.go(values);
  });
  // A mark that leads to its source is a step in the history, too, and asks nothing.
  addEventListener("popstate", () => { if (String(page.values()) !== page.asked) page.open(); });
  if (String(page.values())) page.open();
}

class QueryPage {
  constructor(form, settings) {
    Object.assign(this, { form, settings, words: settings.words });
    this.section = document.querySelector("section.answer");
    this.turn = 0;
    this.asked = "";
  }

  /** Read the values of the address, where they stand behind the question mark or, sent by mail, behind the number sign. */
  values() {
    const found = new URLSearchParams(location.search);
    if (![...found.keys()].length && location.hash.includes("=")) return new URLSearchParams(location.hash.slice(1));
    return found;
  }

  go(values) {
    const address = new URL(location.href);
    address.search = values;
    address.hash = "";
    try {
      history.pushState(null, "", address);
    } catch {
      // A browser may forbid this to a page from a disk; the part behind the number sign is always free.
      location.hash = values;
    }
    this.run(values);
  }

  open() {
    const values = this.values();
    if (!String(values)) return location.reload();
    for (const field of this.form.elements) {
      if (!field.name || field.type === "hidden") continue;
      const [value] = values.getAll(field.name);
      if (field.type === "checkbox") field.checked = Boolean(value);
      else if (field.tagName === "SELECT") choose(field, value ?? "");
      else field.value = value ?? "";
    }
    for (const each of this.form.querySelectorAll("details")) each.open ||= values.has("all") || values.has("known-by");
    return this.run(values);
  }

  async run(values) {
    this.asked = String(values);
    const turn = (this.turn += 1);
    engine.running() && engine.stop();
    const status = make("p", { role: "status", id: "status" });
    const stop = make("button", { type: "button", id: "stop" }, this.words.stop);
    const tell = telling(status, this.words);
    stop.addEventListener("click", () => { this.turn += 1; engine.stop(); tell.say(this.words.stopped); stop.remove(); this.section.setAttribute("aria-busy", "false"); });
    this.clear();
    this.section.setAttribute("aria-busy", "true");
    this.section.append(status, make("p", { class: "actions" }, stop));
    tell.say(this.words.running);
    let limit;
    const begun = () => { limit = setTimeout(() => engine.stop(new Error(this.words.slow)), this.settings.seconds * 1000); };
    try {
      const answer = await this.ask(values, (part) => { if (turn === this.turn) tell.loading(part); }, begun);
      if (turn === this.turn) this.show(answer, values);
    } catch (error) {
      if (turn === this.turn) this.fault(error instanceof engine.Stopped ? this.words.stopped : error.message);
    } finally {
      clearTimeout(limit);
      stop.parentElement?.remove();
      if (turn === this.turn) this.section.setAttribute("aria-busy", "false");
    }
  }

  async ask(values, seen, begun) {
    const given = {};
    for (const [name, word] of values) {
      if (!OPTIONS.includes(name) && word.trim()) (given[name.replaceAll("-", "_")] ??= []).push(word.trim());
    }
    const day = values.get("known-by")?.trim() ?? "";
    if (day && !DAY.test(day)) throw new Error(this.words.noday);
    const wish = { lang: this.settings.lang, all: values.has("all"), day, limit: values.get("limit") === "0" ? 0 : MOST };
    return engine.ask("saved", { name: this.settings.query, given, wish }, { seen, begun, day, words: Object.values(given).flat() });
  }

  clear() {
    for (const each of document.querySelectorAll("section.answer > :not(h2), section.sources, section.answer ~ section:has(figure)")) each.remove();
    this.section.querySelector("h2 .count")?.remove();
    for (const each of this.form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
    for (const each of this.form.querySelectorAll(".help .fault")) each.remove();
  }

  fault(text) {
    this.clear();
    this.section.append(make("p", { class: "notice fault", role: "alert" }, `${this.words.error}: ${text}`));
  }

  show(answer, values) {
    if (answer.faults) return this.faults(answer.faults);
    this.clear();
    const head = this.section.querySelector("h2");
    if (!answer.rows) {
      this.section.append(make("p", { class: "lead" }, answer.boolean ? this.words.yes : this.words.no));
    } else {
      head.append(" ", make("span", { class: "count" }, `${answer.total} ${this.words.rows}`));
      this.rows(answer, values);
    }
    const code = document.querySelector("pre.code code");
    if (code) code.textContent = answer.text;
    this.take(answer, values);
  }

  faults(faults) {
    this.fault(Object.values(faults).join("; "));
    for (const [name, text] of Object.entries(faults)) {
      const field = this.form.elements[name];
      field?.setAttribute("aria-invalid", "true");
      document.getElementById(`h-${name}`)?.prepend(make("span", { class: "fault" }, text), " ");
    }
  }

  rows(answer, values) {
    if (!answer.rows.length) {
      const reason = make("span", { lang: "en" }, (answer.empty ?? "").replaceAll("--all", `“${this.words.all}”`));
      this.section.append(make("p", { class: "notice" }, `${this.words.empty}: `, reason));
      return;
    }
    const { listed, marks } = numbered(answer.citations);
    const wide = { class: "wide", role: "region", "aria-label": this.words.table, tabindex: "0" };
    this.section.append(make("div", wide, answerTable(answer, marks, listed, this.settings)));
    if (answer.rows.length < answer.total) {
      const whole = make("button", { type: "button" }, this.words.showall);
      whole.addEventListener("click", () => { values.set("limit", "0"); this.go(values); });
      this.section.append(make("p", { class: "notice" }, `${answer.rows.length} ${this.words.shown} ${answer.total}. `, whole));
    }
    if (listed.length) document.querySelector("section.take").before(sourceList(answer, listed, this.settings));
  }

  take(answer, values) {
    const bar = document.querySelector("section.take .data");
    if (bar && answer.rows) {
      bar.replaceChildren(...Object.entries(FORMS).flatMap(([form, [media, write]]) => {
        const button = make("button", { type: "button", "data-form": form }, this.settings.forms[form]);
        button.addEventListener("click", async () => {
          const all = answer.rows.length < answer.total ? await this.ask(new URLSearchParams([...values, ["limit", "0"]]), () => {}) : answer;
          download(write(all), `${this.settings.query}.${form}`, media);
        });
        return [button, " "];
      }));
    }
    const link = document.getElementById("permalink");
    if (link) {
      const address = new URL(location.href);
      address.search = values;
      address.hash = "";
      link.value = address;
      link.closest("p").hidden = false;
    }
    const command = document.getElementById("command");
    if (command) command.value = spoken(this.settings.query, values);
  }
}

function choose(field, value) {
  if (value && ![...field.options].some((each) => each.value === value)) field.append(make("option", { value }, value));
  field.value = value;
}

/** Write the call of the command line that gives the same answer. */
function spoken(name, values) {
  const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`);
  const given = [...values].filter(([each]) => !OPTIONS.includes(each)).flatMap(([each, word]) => [`--${each.replaceAll("_", "-")}`, quoted(word)]);
  const day = values.get("known-by");
  return ["kzkg run", name, ...given, ...(values.has("all") ? ["--all"] : []), ...(day ? ["--known-by", day] : []), "--cite"].join(" ");
}
