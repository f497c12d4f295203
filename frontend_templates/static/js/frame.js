// An error summary takes the focus; an open menu closes with Escape or a click beside it.
document.querySelector("[data-focus]")?.focus();
const menus = document.querySelectorAll("details.menu");
const close = (menu) => { menu.open = false; };
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus) if (menu.open) { close(menu); menu.querySelector("summary").focus(); }
});
document.addEventListener("click", (event) => {
  for (const menu of menus) if (menu.open && !menu.contains(event.target)) close(menu);
});
