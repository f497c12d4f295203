// A form with data-draft keeps what is typed: on the server a moment after each change; in this browser while the server
// cannot be reached or the session has ended, and from here back into the form. Nothing is sent in vain: what was typed
// is kept before the form goes, and where that fails the page stays.
// A form with data-given-back holds what was sent after the session had ended; what this browser kept of it goes to the
// server, so that nothing of it stays here once it is sent.
const PAUSE = 1200, AGAIN = 10000;
const UNMOVED = new Set(["_csrf_token", "agency"]);
const clock = (moment) => new Date(moment).toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit" });

const safely = (deed) => { try { return deed(); } catch { return null; } };
const keyOf = (owner, draft) => `parindex-draft:${owner}:${draft}`;

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
    return answer.ok ? "kept" : [401, 403].includes(answer.status) ? "ended" : "offline";
  } catch { return "offline"; }
}

function fill(form, fields) {
  const values = new Map(fields);
  for (const field of form.elements) {
    if (!field.name || UNMOVED.has(field.name) || field.type === "submit") continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.get(field.name) === field.value;
    else field.value = values.get(field.name) ?? "";
  }
}

function keeping(form) {
  const { draft, draftTo, draftOwner, draftAt, draftToken } = form.dataset;
  const copy = browserCopy(keyOf(draftOwner, draft));
  const status = document.querySelector(`.draft-status[data-form="${form.id}"]`);
  let timer, waiting = false, last = Promise.resolve();

  const say = (what, moment = Date.now()) => {
    status.textContent = status.dataset[what].replace("{time}", clock(moment));
    if (what !== "ended") return;
    const link = document.createElement("a");
    link.href = `${status.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = status.dataset.signInText;
    status.append(" ", link);
  };
  const fields = () => [...new FormData(form)].filter(([name, value]) => name !== "_csrf_token" && typeof value === "string");
  const keep = (leaving = false) => {
    clearTimeout(timer);
    waiting = false;
    const typed = fields();
    last = (leaving ? Promise.resolve() : last).then(() => post(draftTo, draft, typed, draftToken ?? form.elements._csrf_token.value, leaving)).then((outcome) => {
      if (outcome === "kept") copy.drop();
      else copy.write({ at: Date.now(), base: draftAt, fields: typed });
      if (outcome === "offline" && !waiting) timer = setTimeout(keep, AGAIN);
      say(outcome);
      return outcome;
    });
    return last;
  };

  const kept = copy.read();
  if (kept && (kept.base === draftAt || kept.at > Date.parse(draftAt))) {
    fill(form, kept.fields);
    keep().then((outcome) => { if (outcome === "kept") say("back", kept.at); });
  } else if (kept) copy.drop();

  document.addEventListener("input", (event) => {
    if (event.target.form !== form) return;
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
    if (await keep() !== "offline") form.requestSubmit(event.submitter);
  });
}

function givenBack(form) {
  const lines = (text) => text.replaceAll("\r\n", "\n");
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

for (const form of document.querySelectorAll("form[data-draft]")) keeping(form);
for (const form of document.querySelectorAll("form[data-given-back]")) givenBack(form);
