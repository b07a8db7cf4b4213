// The way back goes by itself, as if the link had been tapped: after a moment in which the page can be read.
setTimeout(function () { document.getElementById('return').click(); }, 1500);
