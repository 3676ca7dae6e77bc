// The report works without this: it only adds a colour switch and a print button.
(() => {
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem("cpo-theme");
    } catch {
      return null;
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(stored());
  document.addEventListener("DOMContentLoaded", () => {
    const print = document.getElementById("print");
    print.hidden = false;
    print.addEventListener("click", () => window.print());
    const field = document.querySelector(".theme");
    field.hidden = false;
    for (const choice of field.querySelectorAll("input")) {
      choice.checked = choice.value === (root.dataset.theme || "system");
      choice.addEventListener("change", () => {
        apply(choice.value);
        try {
          localStorage.setItem("cpo-theme", choice.value);
        } catch {
          // A page opened from disk may have no storage: the choice then lasts as long as the page.
        }
      });
    }
    const openTarget = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const closed = target && (target.closest("details") || target.querySelector(":scope > details"));
      if (closed) closed.open = true;
    };
    addEventListener("hashchange", openTarget);
    openTarget();
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll(".segment details:not([open]), .variant details:not([open])")];
    for (const item of closed) item.open = true;
  });
  addEventListener("afterprint", () => {
    for (const item of closed) item.open = false;
  });
})();
