"use strict";
(() => {
    const byId = id => document.getElementById(id);
    const silence = 5000; // Without a word for so long the page may no longer be true. The daemon speaks every second.
    const pause = 10000; // Before it is tried again after a refusal, which EventSource takes for final.
    const words = byId("live-words"), button = byId("live-button"), icon = document.querySelector("link[rel=icon]");
    let source = null, heard = Date.now(), retry = 0;

    // Changes only what differs, so that focus, selection and scroll position stay.
    function morph(old, now) {
        if (old.nodeType !== now.nodeType || old.nodeName !== now.nodeName) {
            old.replaceWith(now);
            return;
        }
        if (old.nodeType === Node.TEXT_NODE) {
            if (old.data !== now.data) old.data = now.data;
            return;
        }
        for (const { name } of [...old.attributes]) if (!now.hasAttribute(name)) old.removeAttribute(name);
        for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
        const before = [...old.childNodes], after = [...now.childNodes];
        after.forEach((child, i) => i < before.length ? morph(before[i], child) : old.append(child));
        before.slice(after.length).forEach(child => child.remove());
    }

    // By the clock of the page, which is the host's.
    const moment = () => document.querySelector("#head time").textContent;

    function tell(state, text) {
        document.documentElement.dataset.live = state;
        if (words.textContent !== text) words.textContent = text;
    }

    // The tab's title and icon, and for screen readers the one line that matters, when it has changed.
    function announce(isFirst) {
        const { title, icon: picture, said } = byId("now").dataset;
        if (document.title !== title) document.title = title;
        if (icon.getAttribute("href") !== picture) icon.setAttribute("href", picture);
        if (!isFirst && byId("said").dataset.last !== said) byId("said").textContent = said;
        byId("said").dataset.last = said;
    }

    function show(event) {
        heard = Date.now();
        tell("on", "Live");
        const parts = document.createElement("template");
        parts.innerHTML = event.data;
        for (const part of [...parts.content.children]) {
            const old = byId(part.id);
            if (old) morph(old, part);
        }
        announce(false);
    }

    function open() {
        clearTimeout(retry);
        source = new EventSource("/live");
        source.onmessage = show;
        source.addEventListener("version", event => {
            if (event.data !== document.body.dataset.version) location.reload();
        });
        source.onerror = () => {
            if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, pause);
        };
    }

    function close() {
        clearTimeout(retry);
        source.close();
        source = null;
    }

    button.addEventListener("click", () => {
        if (source) {
            close();
            tell("paused", `Paused at ${moment()}`);
            button.textContent = "Go on";
        } else {
            heard = Date.now();
            open();
            button.textContent = "Pause";
        }
    });

    setInterval(() => {
        if (source && Date.now() - heard > silence) {
            tell("lost", `No word since ${moment()}: what you see may no longer be true. Trying again`);
        }
    }, 1000);

    byId("live").hidden = false;
    announce(true);
    open();
})();
