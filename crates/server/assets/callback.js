(function(){var d=document,f=d.getElementById('step-form'),h=location.hash.slice(1),n=['code','id_token','state','error','error_description'],p=new URLSearchParams(h),s=p.get('state')||(history.state&&history.state.s);
history.replaceState(s?{s:s}:null,'',location.pathname);
function put(k,v){var i=d.createElement('input');i.type='hidden';i.name=k;i.value=v;f.insertBefore(i,f.firstChild)}
if(h)p.forEach(function(v,k){if(n.indexOf(k)>=0)put(k,v)});
else if(s&&!f.querySelector('input')){put('state',s);put('again','1')}
if(f.querySelector('input')){d.getElementById('text').textContent=f.dataset.wait;d.getElementById('continue').hidden=d.querySelector('.way').hidden=false;f.submit()}
else{d.getElementById('title').textContent=f.dataset.emptyTitle;d.getElementById('text').textContent=f.dataset.empty}
addEventListener('pageshow',function(e){if(e.persisted)location.reload()});
addEventListener('hashchange',function(){if(location.hash)location.reload()})})();
