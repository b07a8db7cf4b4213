// The demo's script: asks for what is new until everything has arrived.
(function () {
  'use strict';
  var live = document.getElementById('live');
  if (!live) return;
  var url = live.getAttribute('data-live') + location.search, wait = 1000, quiet = 0;
  function complete() {
    var state = document.getElementById('live-state');
    return state && state.getAttribute('data-complete') === 'true';
  }
  function ask() {
    fetch(url, { cache: 'no-store', credentials: 'omit' }).then(function (answer) { return answer.text(); }).then(function (html) {
      var open = [].map.call(live.querySelectorAll('details'), function (one) { return one.open; });
      live.innerHTML = html;
      [].forEach.call(live.querySelectorAll('details'), function (one, at) { one.open = !!open[at]; });
      if (complete()) return;
      quiet += 1;
      if (quiet < 300) setTimeout(ask, wait = Math.min(wait * 1.1, 4000));
    }).catch(function () { setTimeout(ask, 4000); });
  }
  if (!complete()) setTimeout(ask, wait);
})();
