"use strict";
document.addEventListener("DOMContentLoaded", function () {
  var tip = document.getElementById("tip"), panel = document.getElementById("chosen"), hint = panel ? panel.textContent : "";

  /* What a shape is: its <title>, taken out so that it is not shown twice. */
  function told(shape) {
    var title = shape.querySelector && shape.querySelector(":scope > title");
    if (title) { shape.dataset.tip = title.textContent; shape.setAttribute("aria-label", title.textContent); title.remove(); }
    return shape.dataset ? shape.dataset.tip : null;
  }
  function show(shape, x, y) {
    var text = shape && shape.closest(".picture") ? told(shape) : null;
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - tip.offsetWidth - 4)) + "px";
    tip.style.top = (y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 18) + "px";
  }
  document.addEventListener("pointermove", function (event) { show(event.target, event.clientX, event.clientY); });
  document.addEventListener("focusin", function (event) {
    var box = event.target.getBoundingClientRect();
    show(event.target, box.right, box.top);
  });
  document.addEventListener("focusout", function () { tip.hidden = true; });

  /* Selecting a shape or a row selects everything of the same id; a second time, nothing. */
  function choose(id, from) {
    var again = from.classList.contains("chosen"), text = null;
    document.querySelectorAll(".chosen").forEach(function (old) { old.classList.remove("chosen"); });
    document.querySelectorAll("[data-id]").forEach(function (one) {
      if (again || one.dataset.id !== id) return;
      one.classList.add("chosen");
      text = text || (one.closest(".picture") ? told(one) : null);
      if (one.tagName.toLowerCase() === "details") one.open = true;
      if (one.tagName.toLowerCase() === "tr" && one !== from) one.scrollIntoView({ block: "nearest" });
      if (one.closest(".picture")) one.parentNode.appendChild(one);
    });
    if (panel) panel.textContent = text || hint;
  }
  function target(event) {
    var one = event.target.closest && event.target.closest("[data-id]");
    return one && one.tagName.toLowerCase() !== "details" ? one : null;
  }
  document.addEventListener("click", function (event) {
    var one = target(event);
    if (one) choose(one.dataset.id, one);
  });
  document.addEventListener("keydown", function (event) {
    var one = event.key === "Enter" || event.key === " " ? target(event) : null;
    if (one && one.closest(".picture")) { event.preventDefault(); choose(one.dataset.id, one); }
  });
  /* A link to something that is folded in unfolds it. */
  function unfold() {
    var one = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    if (one && one.tagName.toLowerCase() === "details") { one.open = true; one.scrollIntoView(); }
  }
  addEventListener("hashchange", unfold);
  unfold();
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (one) { one.open = true; });
  });
});
