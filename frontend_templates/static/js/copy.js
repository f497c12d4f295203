// A button with data-copy="id" copies the text of that element and says so. Without JavaScript it is hidden.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(source.textContent.replace(/\s+/g, " ").trim());
    button.textContent = button.dataset.done;
  });
}
