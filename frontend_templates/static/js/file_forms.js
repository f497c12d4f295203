// A form with data-keeps-file is sent without leaving its page: where it is refused, what was wrong stands in the page and
// the file that was chosen stays chosen. Without JavaScript the page comes back and the file has to be chosen again.
for (const form of document.querySelectorAll("form[data-keeps-file]")) send(form);

function send(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = form.querySelector("[data-told]"), button = event.submitter;
    button.disabled = true;
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    } catch {
      told.textContent = form.dataset.offline;
      button.disabled = false;
      return;
    }
    if (answer.redirected) { location.assign(answer.url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const drawn = page.getElementById(form.id);
    if (!drawn) {
      const said = [...page.querySelectorAll("main h1, main .lede")].map((one) => one.textContent.trim()).join(". ");
      told.textContent = said || form.dataset.offline;  // a page that is not ours, of a proxy say, has no words for it
      button.disabled = false;
      return;
    }
    for (const chosen of form.querySelectorAll("input[type=file]")) {
      const place = drawn.querySelector(`input[type=file][name="${chosen.name}"]`);
      for (const name of ["aria-invalid", "aria-describedby"]) {
        if (place.hasAttribute(name)) chosen.setAttribute(name, place.getAttribute(name));
        else chosen.removeAttribute(name);
      }
      place.replaceWith(chosen);
    }
    form.replaceWith(drawn);
    drawn.dispatchEvent(new Event("form-redrawn", { bubbles: true }));
    const summary = page.querySelector("main [data-focus]"), old = document.querySelector("main [data-focus]");
    old?.remove();
    if (summary) document.querySelector("main .leaf-title").after(summary);
    send(drawn);
    summary?.focus();
  });
}
