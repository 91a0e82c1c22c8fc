"use strict";
(function () {
  var root = document.documentElement;
  function by(id) { return document.getElementById(id); }

  /* Light and dark: what the system prefers, until somebody chooses. */
  var theme = by("theme"), dark = window.matchMedia("(prefers-color-scheme: dark)");
  function isDark() { return root.dataset.theme ? root.dataset.theme === "dark" : dark.matches; }
  function nameTheme() { theme.textContent = isDark() ? "Light" : "Dark"; }
  theme.hidden = false;
  theme.addEventListener("click", function () { root.dataset.theme = isDark() ? "light" : "dark"; nameTheme(); });
  dark.addEventListener("change", nameTheme);
  nameTheme();

  var list = by("list");
  if (!list) { return; }
  var articles = Array.prototype.slice.call(list.children);
  var search = by("search"), rule = by("rule"), site = by("site"), order = by("order");
  var count = by("count"), nothing = by("nothing"), unfold = by("unfold");
  var texts = new Map();
  by("tools").hidden = false;

  function textOf(article) {
    if (!texts.has(article)) { texts.set(article, article.textContent.toLowerCase()); }
    return texts.get(article);
  }

  function shown() { return articles.filter(function (article) { return !article.hidden; }); }

  function filter() {
    var words = search.value.toLowerCase().split(/\s+/).filter(Boolean), number = 0;
    articles.forEach(function (article) {
      var fits = (!rule.value || article.dataset.rules.split(" ").indexOf(rule.value) >= 0) &&
        (!site.value || article.dataset.site === site.value) &&
        words.every(function (word) { return textOf(article).indexOf(word) >= 0; });
      article.hidden = !fits;
      number += fits;
    });
    document.querySelectorAll(".gone").forEach(function (gone) {
      gone.classList.toggle("off", Boolean(rule.value) && gone.dataset.rule !== rule.value);
    });
    count.textContent = number.toLocaleString("en") + " of " + articles.length.toLocaleString("en") + " articles";
    nothing.hidden = number > 0;
    nameUnfold();
  }

  function sort() {
    var key = order.value, sign = key === "name" ? 1 : -1;
    articles.sort(function (one, other) {
      return sign * (one.dataset[key] - other.dataset[key]) || one.dataset.order - other.dataset.order;
    });
    articles.forEach(function (article) { list.appendChild(article); });
  }

  function reset() { search.value = rule.value = site.value = ""; filter(); }

  function nameUnfold() {
    var all = shown();
    unfold.textContent = all.length && all.every(function (article) { return article.open; }) ? "Close all" : "Open all";
  }

  var waiting = 0;
  search.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
  rule.addEventListener("change", filter);
  site.addEventListener("change", filter);
  order.addEventListener("change", sort);
  by("reset").addEventListener("click", reset);
  unfold.addEventListener("click", function () {
    var all = shown(), open = !all.every(function (article) { return article.open; });
    all.forEach(function (article) { article.open = open; });
    nameUnfold();
  });
  list.addEventListener("toggle", nameUnfold, true);

  /* A link may lead into an article that is closed or filtered away. */
  function go(target) {
    var article = target.closest(".article");
    if (article) {
      if (article.hidden) { reset(); }
      article.open = true;
    }
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "center" });
  }
  document.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#']");
    var target = link && by(link.getAttribute("href").slice(1));
    if (target && target.matches(".gone, .stay, .article")) {
      event.preventDefault();
      history.pushState(null, "", link.getAttribute("href"));
      go(target);
    }
  });
  function follow() {
    var target = location.hash && by(location.hash.slice(1));
    if (target && target.matches(".gone, .stay, .article")) { go(target); }
  }
  window.addEventListener("hashchange", follow);
  window.addEventListener("popstate", follow);

  /* Keys: of removals, those that the filters let be seen. */
  function step(way) {
    var all = [];
    shown().forEach(function (article) {
      all = all.concat(Array.prototype.slice.call(article.querySelectorAll(".gone:not(.off)")));
    });
    if (!all.length) { return; }
    var at = all.indexOf(document.activeElement && document.activeElement.closest(".gone"));
    if (at < 0) { at = way > 0 ? -1 : all.length; }
    go(all[Math.max(0, Math.min(all.length - 1, at + way))]);
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    var active = document.activeElement, writes = active && active.matches("input, select, textarea");
    if (event.key === "Escape") { reset(); if (writes) { active.blur(); } return; }
    if (writes) { return; }
    var inside = active && active.closest(".article"), gone = active && active.closest(".gone");
    if (event.key === "/") { search.focus(); search.select(); }
    else if (event.key === "j") { step(1); }
    else if (event.key === "k") { step(-1); }
    else if (event.key === "o" && inside) { inside.open = !inside.open; inside.querySelector("summary").focus(); }
    else if (event.key === "s" && gone && gone.querySelector("a")) { gone.querySelector("a").click(); }
    else { return; }
    event.preventDefault();
  });

  filter();
  follow();
}());
