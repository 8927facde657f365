"use strict";

/* The page: what a person does, and what is shown. Data reaches the document as text only, never as markup. */
const slqPage = (() => {
  const STALE_DAYS = 30;
  const QUIET_MS = 300;
  const ENDINGS = ["voided", "returned", "expired", "used-up", "frozen"];
  const SOFT_BREAK = /(.{4})(?=.)/g;

  const NARROW = window.matchMedia("(max-width: 800px)"); // as in styles.css

  const at = (id) => document.getElementById(id);
  let language = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh-CN";
  let records = slqRecords.recordsOf(JSON.parse(at("published").textContent));
  let outcome = null;
  let told = { told: null, "list-told": null };
  let asked = 0;

  function say(key, values = {}) {
    return slqWords[language][key].replace(/\{([a-zA-Z]+)\}/g, (_, name) => String(values[name]));
  }

  function day(iso) {
    const [year, month, date] = iso.split("-");
    return language === "en" ? iso : `${Number(year)}年${Number(month)}月${Number(date)}日`;
  }

  function element(name, text, className = "") {
    const made = document.createElement(name);
    made.textContent = text;
    made.className = className;
    return made;
  }

  // ------------------------------------------------------------------------------------------ what is shown

  function showWords() {
    document.documentElement.lang = language;
    document.title = say("title");
    for (const one of document.querySelectorAll("[data-say]")) one.textContent = say(one.dataset.say);
    for (const one of document.querySelectorAll("[data-label]")) one.setAttribute("aria-label", say(one.dataset.label));
    at("language").lang = language === "en" ? "zh-CN" : "en";
    at("camera").textContent = say(at("camera-panel").hidden ? "input.camera" : "input.camera-stop");
  }

  function showFacts(list, facts) {
    list.replaceChildren();
    for (const [key, value, className = ""] of facts) {
      const content = element("dd", value, className);
      content.dataset.field = key.split(".").pop();
      list.append(element("dt", say(key)), content);
    }
  }

  function showList() {
    const age = slqVerdict.daysBetween(records.asOf, slqVerdict.today());
    const when = age > 0 ? say("list.age", { days: age }) : say("list.today");
    const endings = [...records.ended.values()].map((one) => one.status);
    const counts = ENDINGS.map((status) => [say(`verdict.${status}`), endings.filter((one) => one === status).length]);
    const parts = counts.filter(([, count]) => count > 0).map(([name, count]) => `${name} ${count}`);
    const total = say("list.count.value", { count: records.ended.size });
    at("office").textContent = records.office;
    at("trial").hidden = !records.trial;
    at("list-stale").hidden = age <= STALE_DAYS;
    showFacts(at("list-facts"), [
      ["list.as-of", age < 0 ? day(records.asOf) : `${day(records.asOf)} · ${when}`],
      ["list.count", parts.length === 0 ? total : `${total} · ${parts.join(" · ")}`],
      ["list.seq", say("seq.value", { seq: records.journalSeq })],
    ]);
    at("keys").replaceChildren(
      ...records.keys.map((key) => {
        const line = element("li", "");
        const isRevoked = key.revokedOn !== null;
        const state = isRevoked ? say("keys.revoked", { on: day(key.revokedOn) }) : say("keys.good");
        line.append(element("code", key.id), " · ", element("span", state, isRevoked ? "revoked" : ""), element("br", ""));
        line.append(element("code", slqToken.hex(key.raw)));
        return line;
      }),
    );
  }

  function factsOf({ token, checkCode }) {
    return [
      ["field.number", token.number, "strong"],
      ["field.uscc", token.uscc],
      ["field.face", say("yuan", { amount: slqAmount.inFigures(token.fen) }), "strong"],
      ["field.capitals", slqAmount.inCapitals(token.fen)],
      ["field.use-by", day(token.useBy)],
      ["field.redeem-by", day(token.redeemBy)],
      ["field.code", checkCode, "code"],
      ["field.key", token.keyId, "code"],
      ["field.seq", say("seq.value", { seq: token.journalSeq })],
      ["field.head", token.chainHead.replace(SOFT_BREAK, "$1 "), "code"],
      ["field.day", day(slqVerdict.today())],
    ];
  }

  function reasonOf({ reason, token, key, ended }) {
    return say(`reason.${reason}`, {
      asOf: day(records.asOf),
      on: ended === null ? "" : day(ended.on),
      redeemBy: token === null ? "" : day(token.redeemBy),
      revokedOn: key === null || key.revokedOn === null ? "" : day(key.revokedOn),
      because: key === null || key.reason === "" ? "" : say("because", { text: key.reason }),
    });
  }

  function showOutcome() {
    const shown = outcome ?? { verdict: "none", reason: "none", token: null, key: null, ended: null, notes: [] };
    const hasFacts = shown.token !== null;
    at("result").dataset.verdict = shown.verdict;
    at("verdict").dataset.verdict = shown.verdict;
    at("verdict").dataset.reason = shown.reason;
    at("verdict").textContent = outcome === null ? "" : say(`verdict.${shown.verdict}`);
    at("waiting").hidden = outcome !== null;
    at("reason").textContent = reasonOf(shown);
    at("sign").setAttribute("href", `#sign-${shown.verdict}`);
    at("notes").hidden = shown.notes.length === 0;
    at("notes").replaceChildren(
      ...shown.notes.map((note) => {
        const values = { device: day(slqVerdict.today()), asOf: day(records.asOf), useBy: day(shown.token.useBy) };
        return element("li", say(`note.${note}`, values));
      }),
    );
    at("advice").textContent = say(`advice.${shown.reason}`);
    at("advice").hidden = at("advice").textContent === "";
    at("facts").hidden = !hasFacts;
    showFacts(at("fields"), hasFacts ? factsOf(shown) : []);
  }

  function showTold() {
    for (const [id, line] of Object.entries(told)) {
      at(id).textContent = line === null ? "" : say(line.key, line.values);
      at(id).dataset.kind = line === null ? "" : line.kind;
      at(id).dataset.told = line === null ? "" : line.key;
    }
  }

  async function showAll() {
    showWords();
    showList();
    showOutcome();
    showTold();
    const engine = await slqSignature.engine();
    document.documentElement.dataset.ed25519 = engine;
    at("engine").textContent = say(`engine.${engine}`);
  }

  function tell(id, key, { kind = "", ...values } = {}) {
    told = { ...told, [id]: key === "" ? null : { key, kind, values } };
    showTold();
  }

  // ------------------------------------------------------------------------------------------ what is done

  async function outcomeOf(text) {
    if ((await slqSignature.engine()) === "none") {
      return { verdict: "unable", reason: "unable", token: null, key: null, ended: null, notes: [] };
    }
    return slqVerdict.check(text, records);
  }

  /** Check what stands in the field; of several checks under way only the last one is shown. */
  async function check({ goThere = true } = {}) {
    const text = at("text").value;
    asked += 1;
    const mine = asked;
    const found = text.trim() === "" ? null : await outcomeOf(text);
    if (mine !== asked) return;
    outcome = found;
    showOutcome();
    if (found === null) return;
    at("text").scrollTop = 0;
    if (goThere && NARROW.matches) at("result").scrollIntoView();
  }

  /** Take the verdict away: it must never stand beside a text that it is not about. */
  function forget() {
    asked += 1;
    outcome = null;
    showOutcome();
  }

  function take(text) {
    at("text").value = text;
    return check();
  }

  async function takePicture(file) {
    if (file.type === "application/pdf" || /\.pdf$/i.test(file.name)) {
      tell("told", "photo.pdf", { kind: "bad" });
      return;
    }
    tell("told", "photo.reading");
    let text;
    try {
      text = await slqCamera.textInFile(file);
    } catch {
      tell("told", "photo.broken", { kind: "bad" });
      return;
    }
    tell("told", text === null ? "photo.unreadable" : "", { kind: "bad" });
    if (text !== null) await take(text);
  }

  async function takeList(file) {
    if (file.size > slqRecords.LARGEST_FILE) {
      tell("list-told", "list.refused.large", { kind: "bad" });
      return;
    }
    try {
      records = await slqRecords.readList(await file.text(), records);
    } catch (error) {
      if (!(error instanceof slqRecords.RefusedList)) throw error;
      tell("list-told", `list.refused.${error.code}`, { kind: "bad" });
      return;
    }
    tell("list-told", "list.loaded", { kind: "good", asOf: day(records.asOf), count: records.ended.size });
    showList();
    await check({ goThere: false });
  }

  function takeFile(file) {
    const isList = /\.json$/i.test(file.name) || file.type === "application/json";
    return isList ? takeList(file) : takePicture(file);
  }

  function showCamera(isOn) {
    at("camera-panel").hidden = !isOn;
    at("camera").setAttribute("aria-expanded", String(isOn));
    at("camera").textContent = say(isOn ? "input.camera-stop" : "input.camera");
  }

  async function useCamera() {
    if (!at("camera-panel").hidden) {
      slqCamera.stop(at("video"));
      showCamera(false);
      return;
    }
    tell("told", "");
    if (navigator.mediaDevices === undefined) {
      tell("told", "camera.none", { kind: "bad" });
      return;
    }
    showCamera(true);
    try {
      const text = await slqCamera.textInView(at("video"));
      if (text !== null) {
        showCamera(false);
        await take(text);
      }
    } catch (error) {
      slqCamera.stop(at("video"));
      showCamera(false);
      const key = { NotAllowedError: "camera.denied", NotFoundError: "camera.missing" }[error.name] ?? "camera.none";
      tell("told", key, { kind: "bad" });
    }
  }

  /** Check a token that the address brings: `verify.html#SLQ1:…`. */
  function takeFragment() {
    const texts = slqToken.textsOfFragment(location.hash).filter((text) => text.trim() !== "");
    if (texts.length > 0) take(texts.find(slqToken.isWellFormed) ?? texts[0]);
  }

  function listen() {
    let quiet = 0;
    at("form").addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(quiet);
      check();
    });
    at("text").addEventListener("input", () => {
      clearTimeout(quiet);
      forget();
      quiet = setTimeout(() => check({ goThere: false }), QUIET_MS);
    });
    at("text").addEventListener("keydown", (event) => {
      // A hand scanner ends with Enter.
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        at("form").requestSubmit();
      }
    });
    at("choose").addEventListener("click", () => at("photo").click());
    at("list-choose").addEventListener("click", () => at("list-file").click());
    for (const [id, act] of [["photo", takePicture], ["list-file", takeList]]) {
      at(id).addEventListener("change", async () => {
        const [file] = at(id).files;
        if (file !== undefined) await act(file);
        at(id).value = ""; // so that the same file can be chosen again
      });
    }
    at("camera").addEventListener("click", useCamera);
    at("clear").addEventListener("click", () => {
      at("text").value = "";
      tell("told", "");
      check();
      at("text").focus();
    });
    at("print").addEventListener("click", () => window.print());
    at("language").addEventListener("click", () => {
      language = language === "en" ? "zh-CN" : "en";
      showAll();
    });
    document.addEventListener("dragover", (event) => {
      event.preventDefault();
      document.body.classList.add("dropping");
    });
    document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
    document.addEventListener("drop", (event) => {
      event.preventDefault();
      document.body.classList.remove("dropping");
      const [file] = event.dataTransfer.files;
      const text = event.dataTransfer.getData("text/plain");
      if (file !== undefined) takeFile(file);
      else if (text !== "") take(text);
    });
    document.addEventListener("paste", (event) => {
      const [file] = event.clipboardData.files;
      if (file !== undefined) takeFile(file);
    });
    window.addEventListener("hashchange", takeFragment);
  }

  listen();
  showAll();
  takeFragment();

  return Object.freeze({ check: (text) => slqVerdict.check(text, records) });
})();
