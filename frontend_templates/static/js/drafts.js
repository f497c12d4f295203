// Every form of a working page keeps what is typed: on the server a moment after each change; in this browser while the
// server cannot be reached or the session has ended, and from here back into the form. Nothing is sent in vain: what was
// typed is kept before the form goes, and where that fails the page stays.
// A form with data-draft was drawn by the server with what had been typed. Any other is named by where it is sent and
// what it hides, asks the server for what had been typed, and sends its name along, so that the server forgets it once
// the form is taken.
// A form with data-given-back holds what was sent after the session had ended; what this browser kept of it goes to the
// server, so that nothing of it stays here once it is sent.
const PAUSE = 1200, AGAIN = 10000, ASKED = 40;
const LONGEST_ASKED = 130; // characters of a name behind its "?" (access/form_drafts.py)
const TOKENS = new Set(["_csrf_token", "_form"]);
const UNMOVED = new Set([...TOKENS, "agency"]);
const UNTYPED = new Set(["hidden", "submit", "button", "reset", "file", "password", "image"]);
const CONFIRM = "confirm"; // a tick says that its line was read just now
const words = document.getElementById("draft-words");
const clock = (moment) => new Date(moment).toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" });

const safely = (deed) => { try { return deed(); } catch { return null; } };
const keyOf = (owner, draft) => `parindex-draft:${owner}:${draft}`;
const lines = (text) => text.replaceAll("\r\n", "\n");
const copied = (selector) => words.content.querySelector(selector).cloneNode(true);

function browserCopy(key) {
  return {
    read: () => safely(() => JSON.parse(localStorage.getItem(key))),
    write: (copy) => safely(() => localStorage.setItem(key, JSON.stringify(copy))),
    drop: () => safely(() => localStorage.removeItem(key)),
  };
}

async function post(to, draft, typed, token, leaving = false) {
  const body = new URLSearchParams([...typed, ["_form", draft], ["_csrf_token", token]]);
  try {
    const answer = await fetch(to, { method: "POST", body, headers: { accept: "application/json" }, keepalive: leaving });
    if (answer.ok) return "kept";
    return [401, 403].includes(answer.status) ? "ended" : answer.status < 500 ? "unkept" : "offline";
  } catch { return "offline"; }
}

const typedInto = (form) => [...form.elements].filter((field) =>
  field.name && field.name !== CONFIRM && !UNTYPED.has(field.type) && !field.matches("fieldset, output, :disabled"));
const movedIn = (form) => form.dataset.named ? typedInto(form)
  : [...form.elements].filter((field) => field.name && !UNMOVED.has(field.name) && field.type !== "submit");

// Values of one name are lines of one text, as the server keeps them.
function joined(pairs) {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, values.has(name) ? `${values.get(name)}\n${value}` : value);
  return values;
}

function fill(form, fields) {
  const values = joined(fields);
  for (const field of movedIn(form)) {
    const value = lines(values.get(field.name) ?? "");
    if (field.type === "checkbox" || field.type === "radio") field.checked = value.split("\n").includes(field.value);
    else field.value = value;
  }
}

function keeping(form) {
  const { draft, draftTo, draftOwner, draftToken } = form.dataset;
  const copy = browserCopy(keyOf(draftOwner, draft));
  let status = form.id && document.querySelector(`.draft-status[data-form="${form.id}"]`);
  let timer, waiting = false, last = Promise.resolve();

  const say = (what, moment = Date.now()) => {
    if (!status) form.after(status = copied(".draft-status"));
    status.textContent = status.dataset[what === "unkept" ? "offline" : what].replace("{time}", clock(moment));
    if (what !== "ended") return;
    const link = document.createElement("a");
    link.href = `${status.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = status.dataset.signInText;
    status.append(" ", link);
  };
  const fields = () => [...new FormData(form)].filter(([name, value]) => !TOKENS.has(name) && typeof value === "string");
  const keep = (leaving = false) => {
    clearTimeout(timer);
    waiting = false;
    const typed = fields();
    last = (leaving ? Promise.resolve() : last).then(() => post(draftTo, draft, typed, draftToken ?? form.elements._csrf_token.value, leaving)).then((outcome) => {
      if (outcome === "kept") copy.drop();
      else copy.write({ at: Date.now(), base: form.dataset.draftAt, fields: typed });
      if (outcome === "offline" && !waiting) timer = setTimeout(keep, AGAIN);
      say(outcome);
      return outcome;
    });
    return last;
  };

  document.addEventListener("input", (event) => {
    if (event.target.form !== form) return;
    form.dataset.touched = "1";
    if (form.dataset.named) named(form);
    clearTimeout(timer);
    waiting = true;
    timer = setTimeout(keep, PAUSE);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && waiting) keep(true);
  });
  form.addEventListener("submit", async (event) => {
    if (!waiting) { clearTimeout(timer); return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await keep() !== "offline" || "keepsFile" in form.dataset) form.requestSubmit(event.submitter);
  });

  return () => {
    const kept = copy.read(), { draftAt } = form.dataset;
    if (waiting || !kept) return;
    if (kept.base !== draftAt && kept.at <= Date.parse(draftAt)) { copy.drop(); return; }
    fill(form, kept.fields);
    if (form.dataset.named) named(form);
    keep().then((outcome) => { if (outcome === "kept") say("back", kept.at); });
  };
}

function nameOf(form) {
  const { pathname, searchParams } = new URL(form.action);
  const hidden = [...form.elements].filter(({ type, name }) => type === "hidden" && name && !TOKENS.has(name) && name !== "shown");
  const asked = new URLSearchParams([...searchParams, ...hidden.map(({ name, value }) => [name, value])]).toString();
  return pathname.slice(words.dataset.prefix.length) + (asked && `?${asked.length > LONGEST_ASKED ? digestOf(asked) : asked}`);
}

// Two 32-bit FNV-1a sums: forms of one person and page are told apart, and an address over plain HTTP has no crypto.subtle.
function digestOf(text) {
  const sums = [0x811c9dc5, 0x9dc5811c];
  for (const byte of new TextEncoder().encode(text)) {
    for (const at of [0, 1]) sums[at] = Math.imul(sums[at] ^ (byte + at), 0x01000193) >>> 0;
  }
  return sums.map((sum) => sum.toString(16).padStart(8, "0")).join("");
}

function named(form) {
  if (form.elements._form) return;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "_form", value: form.dataset.draft });
  form.append(field);
}

function giveBack(form, draft) {
  const values = new Map(Object.entries(draft.fields));
  const stands = joined([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  if (typedInto(form).every(({ name }) => lines(values.get(name) ?? "") === lines(stands.get(name) ?? ""))) return;
  fill(form, values);
  const told = copied(".notice"), moment = told.querySelector("b");
  moment.textContent = moment.textContent.replace("{time}", new Date(draft.at).toLocaleString("vi", { day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit" }));
  told.querySelector("button").addEventListener("click", async () => {
    if (await post(`${words.dataset.to}/drop`, draft.form, [], form.elements._csrf_token.value) !== "kept") return;
    form.reset();
    form.elements._form.remove();
    told.remove();
  });
  form.closest("details")?.setAttribute("open", "");
  form.before(told);
}

async function keptOf(forms) {
  const asked = new URLSearchParams(forms.map((form) => ["form", form.dataset.draft]));
  const answer = await fetch(`${words.dataset.to}?${asked}`).catch(() => null);
  return answer?.ok ? answer.json() : [];
}

async function keepingEvery(forms) {
  const restoring = forms.map((form) => {
    Object.assign(form.dataset, { named: "1", draft: nameOf(form), draftTo: words.dataset.to, draftOwner: words.dataset.owner, draftAt: "" });
    return keeping(form);
  });
  for (let from = 0; from < forms.length; from += ASKED) {
    for (const draft of await keptOf(forms.slice(from, from + ASKED))) {
      const form = forms.find((one) => one.dataset.draft === draft.form);
      form.dataset.draftAt = draft.at;
      named(form);
      if (!form.dataset.touched && !document.querySelector("main .errs")) giveBack(form, draft);
    }
  }
  for (const restore of restoring) restore();
}

function givenBack(form) {
  const sent = new Map([...new FormData(form)].map(([name, value]) => [name, lines(value)]));
  const prefix = keyOf(form.dataset.givenBack, "");
  const handOn = async (key) => {
    const copy = browserCopy(key), typed = copy.read()?.fields;
    if (!typed?.every(([name, value]) => sent.get(name) === lines(value))) return;
    const outcome = await post(form.dataset.draftTo, key.slice(prefix.length), typed, form.elements._csrf_token.value);
    if (outcome === "kept") copy.drop();
  };
  const keys = (safely(() => Object.keys(localStorage)) ?? []).filter((key) => key.startsWith(prefix));
  let done = keys.length === 0;
  const handedOn = Promise.all(keys.map(handOn)).then(() => { done = true; });
  form.addEventListener("submit", async (event) => {
    if (done) return;
    event.preventDefault();
    await handedOn;
    form.requestSubmit(event.submitter);
  });
}

for (const form of document.querySelectorAll("form[data-draft]")) keeping(form)();
for (const form of document.querySelectorAll("form[data-given-back]")) givenBack(form);
const keepsTyping = (form) => typedInto(form).length && !form.querySelector("input[type=password]");
if (words) {
  keepingEvery([...document.querySelectorAll("main form[method=post]:not([data-draft])")].filter(keepsTyping));
  document.addEventListener("form-redrawn", (event) => keepingEvery([event.target]));
}
