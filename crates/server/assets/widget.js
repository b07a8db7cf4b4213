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
  (page.events || []).forEach(function (event) {
    if (memory.get('vinculo.event.' + event.id)) return;
    memory.set('vinculo.event.' + event.id, '1');
    inform(event);
  });

  // A step begins at its heading; one that came back begins at what is wrong.
  var wrong = one('[aria-invalid=true]'), heading = one('h1');
  if (wrong) wrong.focus();
  else if (heading && !one('[autofocus]')) heading.focus({ preventScroll: true });

  // A picture that cannot be loaded gives way to the letter behind it.
  all('.tile img, .mark img, .logo img').forEach(function (image) {
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
    if (page.go || page.poll || page.follow || page.final) win.location.reload();
    all('[data-sent]').forEach(function (form) { form.removeAttribute('data-sent'); });
    all('[aria-busy]').forEach(function (button) { button.removeAttribute('aria-busy'); });
  });

  // Search: the same ranks as on the server (search.rs). The whole brand, its beginning, words, then the participant's.
  var search = one('#institution-search'), list = one('#banks');
  function fold(text) {
    return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean).slice(0, 8);
  }
  function near(a, b) {
    var most = a.length < 4 ? 0 : a.length < 8 ? 1 : 2, i, j, last, row = [], above;
    if (!most || b.length + most < a.length) return false;
    b = b.slice(0, a.length + most);
    for (j = 0; j <= b.length; j++) row[j] = j;
    for (i = 1; i <= a.length; i++) {
      last = above; above = row; row = [i];
      for (j = 1; j <= b.length; j++) {
        row[j] = Math.min(above[j - 1] + (a[i - 1] !== b[j - 1]), above[j] + 1, row[j - 1] + 1);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], last[j - 2] + 1);
      }
    }
    i = Math.min.apply(null, row);
    return i <= most && (i < 2 || a[0] === b[0]);
  }
  function word(token, words) {
    var best = 9;
    words.forEach(function (word) {
      var at = word.indexOf(token);
      var r = word === token ? 0 : !at ? 1 : at > 0 && token.length > 1 ? 2 : best > 3 && near(token, word) ? 3 : 9;
      if (r < best) best = r;
    });
    return best;
  }
  function rank(tokens, row) {
    var whole = tokens.join(''), worst = 0;
    if (row.whole === whole) return 0;
    if (!row.whole.indexOf(whole)) return 1;
    tokens.forEach(function (token) {
      var own = word(token, row.brand) + 2;
      if (own > 9) own = word(token, row.behind) + 6;
      if (own > worst) worst = own;
    });
    return worst;
  }
  if (search && list) {
    var original = [].slice.call(list.children);
    var rows = all('#banks > [data-find]').map(function (row, at) {
      var names = row.getAttribute('data-find').split('|');
      return { row: row, at: at, whole: names[0].replace(/ /g, ''), brand: names[0].split(' '), behind: names[1] ? names[1].split(' ') : [] };
    });
    // What fills a few screens comes at once, the rest when the fingers rest: a list of a thousand takes its time to be laid out.
    var SCREENS = 40, later;
    function fill(order, from) {
      if (!from) list.textContent = '';
      list.append.apply(list, order.slice(from, from + SCREENS));
      if (from + SCREENS < order.length) later = setTimeout(function () { fill(order, from + SCREENS); }, from ? 30 : 200);
    }
    var none = one('#none'), status = one('#search-status');
    var filter = function () {
      var tokens = fold(search.value.slice(0, 80));
      var found = tokens.length ? rows.filter(function (row) { return (row.rank = rank(tokens, row)) < 10; })
        .sort(function (a, b) { return a.rank - b.rank || a.at - b.at; }) : [];
      clearTimeout(later);
      fill(tokens.length ? found.map(function (hit) { return hit.row; }) : original, 0);
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
        var warning = JSON.parse(JSON.stringify(page.warning)), code = down.getAttribute('data-institution');
        warning.message.meta_data.institution_name = code;
        inform(warning);
        // For the session's record; the page stays.
        fetch(down.form.action, { method: 'POST', body: new URLSearchParams({ institution: code }), redirect: 'manual', keepalive: true }).catch(function () {});
      }
    });
  }

  // Who has a script may leave a form early: the next page waits with words.
  all('[name=patience]').forEach(function (field) { field.value = 'short'; });

  // On the way to the bank: the link goes by itself, as if it had been tapped; later where a code waits for a phone.
  var go = one('#go-to-institution'), code = one('.code'), timer = 0;
  if (go && page.go) {
    timer = setTimeout(function () { go.click(); }, code && code.offsetParent ? page.linger : page.go);
    win.addEventListener('pagehide', function () { clearTimeout(timer); });
    go.addEventListener('click', function () { clearTimeout(timer); go.setAttribute('aria-busy', 'true'); });
  }

  // The session may go on elsewhere, on another device: this page comes after.
  if (page.follow) {
    var pause = 2000, look = 0;
    var watch = function () {
      if (doc.hidden) return;
      fetch(page.follow, { cache: 'no-store' }).then(function (answer) { return answer.json(); }).then(function (now) {
        if (now.sent && page.go) clearTimeout(timer);
        if (now.step !== page.step) one('#next').click(); else look = setTimeout(watch, pause = Math.min(pause * 1.1, 8000));
      }).catch(function () { look = setTimeout(watch, 8000); });
    };
    look = setTimeout(watch, pause);
    doc.addEventListener('visibilitychange', function () { clearTimeout(look); if (!doc.hidden) { pause = 1000; watch(); } });
  }

  // Waiting: ask now and then, and follow the hidden link when there is something to see.
  if (page.poll) {
    var wait = 700, next = 0;
    var again = function (after) { clearTimeout(next); next = setTimeout(ask, after); };
    var ask = function () {
      fetch(page.poll, { cache: 'no-store' }).then(function (answer) { return answer.json(); }).then(function (now) {
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
