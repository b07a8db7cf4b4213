// The widget's script. Pages work without it: it filters in place, waits, tells the host, and goes back to the app.
(function () {
  'use strict';
  var doc = document, win = window, body = doc.body;
  var page = JSON.parse(body.getAttribute('data-widget') || '{}');
  var one = function (css) { return doc.querySelector(css); };
  var all = function (css) { return [].slice.call(doc.querySelectorAll(css)); };
  var memory = {
    get: function (key) { try { return win.sessionStorage.getItem(key); } catch (e) { return null; } },
    set: function (key, value) { try { win.sessionStorage.setItem(key, value); } catch (e) { /* a cache only */ } }
  };

  doc.documentElement.classList.add('script');

  // Messages to whoever shows the widget. Shapes are the reference's.
  function tell(message) {
    var text = JSON.stringify(message);
    try { win.ReactNativeWebView.postMessage(text); } catch (e) { /* not inside React Native */ }
    try { win.webkit.messageHandlers.vinculo.postMessage(text); } catch (e) { /* not inside WKWebView */ }
    if (win.parent !== win) (page.origins || []).forEach(function (origin) {
      try { win.parent.postMessage(text, origin); } catch (e) { /* not this one */ }
    });
  }

  // An app shows the widget in its webview and cancels navigations to its own scheme. A browser would ask the user what to
  // open, or hang on to the page.
  function hosted() {
    var agent = win.navigator.userAgent;
    return !!(win.ReactNativeWebView || (win.webkit && win.webkit.messageHandlers))
      || /; wv\)/.test(agent) || (/iP(hone|ad|od)/.test(agent) && !/Safari\//.test(agent));
  }

  // Tells an address about something that does not end the flow, without leaving the page.
  function inform(event) {
    tell(event.message);
    if (!event.url) return;
    if (event.web) fetch(event.url, { mode: 'no-cors', keepalive: true, credentials: 'omit' }).catch(function () {});
    else if (hosted()) win.location.href = event.url;
  }

  // Loads of this page are announced once each; a reload is a load.
  if (page.page) {
    tell({ eventName: 'PAGE_LOAD', metadata: { page: page.page, from: memory.get('vinculo.page') || '', institution_name: page.institution || '' } });
    memory.set('vinculo.page', page.page);
  }
  if (page.event && memory.get('vinculo.event') !== page.event.id) {
    memory.set('vinculo.event', page.event.id);
    inform(page.event);
  }

  var heading = one('h1');
  if (heading && !one('[autofocus]')) heading.focus({ preventScroll: true });

  // A picture that cannot be loaded gives way to the letter behind it.
  all('.tile img, .mark img').forEach(function (image) {
    var drop = function () { image.remove(); };
    if (image.complete && !image.naturalWidth) drop(); else image.addEventListener('error', drop);
  });

  // One tap is enough: the second one of a nervous thumb does nothing.
  doc.addEventListener('submit', function (submit) {
    var form = submit.target, button = submit.submitter || form.querySelector('.button');
    if (form.getAttribute('data-sent')) { submit.preventDefault(); return; }
    if (form.method === 'get') return;
    form.setAttribute('data-sent', '1');
    if (button) button.setAttribute('aria-busy', 'true');
  });
  win.addEventListener('pageshow', function (show) {
    if (!show.persisted) return;
    if (page.go || page.poll || page.final) win.location.reload();
    all('[data-sent]').forEach(function (form) { form.removeAttribute('data-sent'); });
    all('[aria-busy]').forEach(function (button) { button.removeAttribute('aria-busy'); });
  });

  // Search: the same ranks as on the server. Exact, word, beginning of a word, anywhere, one letter off.
  var search = one('#institution-search'), list = one('#banks');
  function fold(text) {
    return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().trim().split(/\s+/).filter(Boolean);
  }
  function near(token, word) {
    if (token.length < 4) return false;
    for (var size = token.length - 1; size <= token.length + 1; size++) if (off(token, word.slice(0, size))) return true;
    return false;
  }
  function off(a, b) {
    if (a.length > b.length) { var c = a; a = b; b = c; }
    if (b.length - a.length > 1) return false;
    var i = 0;
    while (i < a.length && a[i] === b[i]) i++;
    return a.slice(a.length === b.length ? i + 1 : i) === b.slice(i + 1)
      || (a.length === b.length && a[i] === b[i + 1] && a[i + 1] === b[i] && a.slice(i + 2) === b.slice(i + 2));
  }
  function rank(tokens, text) {
    if (text === tokens.join(' ')) return 0;
    var words = text.split(' '), worst = 0;
    for (var t = 0; t < tokens.length; t++) {
      var token = tokens[t], best = 9;
      words.forEach(function (word) {
        var r = word === token ? 1 : word.indexOf(token) === 0 ? 2 : word.indexOf(token) > 0 ? 3 : near(token, word) ? 4 : 9;
        if (r < best) best = r;
      });
      if (best > worst) worst = best;
    }
    return worst;
  }
  if (search && list) {
    var rows = all('#banks > [data-find]'), groups = all('#banks > .group'), original = [].slice.call(list.children);
    var none = one('#none'), status = one('#search-status');
    var filter = function () {
      var tokens = fold(search.value.slice(0, 80));
      var found = tokens.length ? rows.map(function (row, at) {
        return { row: row, at: at, rank: rank(tokens, row.getAttribute('data-find')) };
      }).filter(function (hit) { return hit.rank < 9; }).sort(function (a, b) { return a.rank - b.rank || a.at - b.at; }) : [];
      groups.forEach(function (group) { group.hidden = tokens.length > 0; });
      if (!tokens.length) original.forEach(function (row) { row.hidden = false; list.appendChild(row); });
      else {
        rows.forEach(function (row) { row.hidden = true; });
        found.forEach(function (hit) { hit.row.hidden = false; list.appendChild(hit.row); });
      }
      var nothing = tokens.length > 0 && !found.length;
      none.hidden = !nothing;
      one('#none b').textContent = none.getAttribute('data-text').replace('{query}', search.value.trim().slice(0, 80));
      status.textContent = nothing ? one('#none b').textContent : tokens.length ? String(found.length) : '';
    };
    search.addEventListener('input', filter);
    search.form.addEventListener('submit', function (submit) { submit.preventDefault(); filter(); search.blur(); });
    if (search.value) filter();
    list.addEventListener('click', function (click) {
      var down = click.target.closest('[aria-disabled]');
      if (!down) return;
      click.preventDefault();
      var note = one('#down-note');
      note.hidden = false;
      one('#down-note p').textContent = down.getAttribute('data-down');
      note.scrollIntoView({ block: 'nearest' });
      if (page.warning) {
        var warning = JSON.parse(JSON.stringify(page.warning));
        warning.message.meta_data.institution_name = down.getAttribute('data-institution');
        inform(warning);
      }
    });
  }

  // On the way to the bank: the link goes by itself, as if it had been tapped.
  var go = one('#go-to-institution');
  if (go && page.go) {
    var timer = setTimeout(function () { go.click(); }, page.go);
    win.addEventListener('pagehide', function () { clearTimeout(timer); });
    go.addEventListener('click', function () { clearTimeout(timer); go.setAttribute('aria-busy', 'true'); });
  }

  // Waiting: ask now and then, and follow the hidden link when there is something to see.
  if (page.poll) {
    var wait = 700, next = 0;
    var again = function (after) { clearTimeout(next); next = setTimeout(ask, after); };
    var ask = function () {
      fetch(page.poll, { cache: 'no-store', credentials: 'omit' }).then(function (answer) { return answer.json(); }).then(function (now) {
        if (now.step !== page.step || now.ready) one('#next').click(); else again(wait = Math.min(wait * 1.25, 4000));
      }).catch(function () { again(3000); });
    };
    again(wait);
    doc.addEventListener('visibilitychange', function () { if (!doc.hidden) again(wait = 700); });
  }

  // The end: back to the app by a navigation of the script's own, on the tap and by itself. Reading holds it back.
  var finish = one('#finish');
  if (finish && page.final) {
    tell(page.final.message);
    var leave = function () { clearTimeout(later); win.location.href = page.final.url; };
    var later = 0;
    var arm = function (after) { clearTimeout(later); later = setTimeout(leave, after); };
    finish.addEventListener('click', function (click) { click.preventDefault(); leave(); });
    arm(page.final.after);
    ['scroll', 'touchmove', 'keydown'].forEach(function (kind) {
      win.addEventListener(kind, function () { arm(Math.max(page.final.after, 15000)); }, { passive: true, once: true });
    });
  }
})();
