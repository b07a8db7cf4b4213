(function(){var d=document,f=d.getElementById('step-form'),h=location.hash.slice(1),n=['code','id_token','state','error','error_description'];
history.replaceState(null,'',location.pathname);
if(h)new URLSearchParams(h).forEach(function(v,k){if(n.indexOf(k)<0)return;var i=d.createElement('input');i.type='hidden';i.name=k;i.value=v;f.insertBefore(i,f.firstChild)});
if(f.querySelector('input')){d.getElementById('text').textContent=f.dataset.wait;d.getElementById('continue').hidden=d.querySelector('.way').hidden=false;f.submit()}
else{d.getElementById('title').textContent=f.dataset.emptyTitle;d.getElementById('text').textContent=f.dataset.empty}
addEventListener('hashchange',function(){if(location.hash)location.reload()})})();
