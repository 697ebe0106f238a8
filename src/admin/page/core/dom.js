/** Elements without markup in strings: nothing that somebody typed can become HTML. */

/** @typedef {Node | string | number | null | undefined | false | Child[]} Child */

/**
 * Makes an element: `h('a.button.primary', { href: '#/x', onclick: go, 'aria-label': 'Go' }, 'Go')`.
 *
 * Attributes that are `null`, `undefined` or `false` are left out, `true` is written without a value; `on…` is a
 * listener; `value`, `checked`, `open` and `indeterminate` are properties; `data` is an object of `data-` attributes.
 *
 * @param {string} what its tag, then its classes
 * @param {Record<string, any> | Child} [attributes]
 * @param {...Child} children
 * @returns {any}
 */
export function h(what, attributes, ...children) {
  const [tag, ...classes] = what.split('.');
  const element = document.createElement(tag);
  if (classes.length) element.className = classes.join(' ');
  if (isChild(attributes)) children.unshift(attributes);
  else for (const [name, value] of Object.entries(attributes ?? {})) set(element, name, value);
  append(element, children);
  // A select has its value only once its options are there.
  if (tag === 'select' && !isChild(attributes) && attributes?.value != null) element.value = attributes.value;
  return element;
}

/** Puts these in place of what an element holds. @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
  return element;
}

/** @param {Element} element @param {Child[]} children */
function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child != null && child !== false && child !== '') element.append(/** @type {Node | string} */ (child));
  }
}

const PROPERTIES = new Set(['value', 'checked', 'open', 'indeterminate', 'disabled', 'hidden']);

function set(element, name, value) {
  if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
  else if (name === 'data') Object.assign(element.dataset, value);
  else if (name === 'class') element.classList.add(...String(value || '').split(' ').filter(Boolean));
  else if (PROPERTIES.has(name)) value != null && (element[name] = value);
  else if (value === true) element.setAttribute(name, '');
  else if (value != null && value !== false) element.setAttribute(name, value);
}

function isChild(value) {
  return value == null || value === false || Array.isArray(value) || value instanceof Node || typeof value !== 'object';
}

let made = 0;

/** An id that no other element has. */
export function newId(prefix = 'i') {
  made += 1;
  return `${prefix}${made}`;
}

/**
 * Makes the children of `parent` those of `items`, in their order, and touches only what changed: focus, selection and
 * scroll stay. Whoever changed and had the focus keeps it, on the element of the same `data-part`.
 *
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string | number} key
 * @param {(item: T) => Element} render
 */
export function reconcile(parent, items, key, render) {
  const before = new Map([...parent.children].map((child) => [/** @type {any} */ (child).key, child]));
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const wanted = items.map((item) => {
    const state = JSON.stringify(item);
    const old = /** @type {any} */ (before.get(String(key(item))));
    if (old?.state === state) return old;
    const element = /** @type {any} */ (render(item));
    element.key = String(key(item));
    element.state = state;
    if (old?.contains(focused)) element.takesFocusOf = focused;
    return element;
  });
  const stay = new Set(wanted);
  for (const child of [...parent.children]) if (!stay.has(child)) child.remove();
  wanted.forEach((element, at) => {
    if (parent.children[at] !== element) parent.insertBefore(element, parent.children[at] ?? null);
  });
  for (const element of wanted) {
    const part = element.takesFocusOf?.closest('[data-part]')?.dataset.part;
    if (part) element.querySelector(`[data-part="${part}"]`)?.focus({ preventScroll: true });
    delete element.takesFocusOf;
  }
}

/** Calls `run` when it was not asked for it for so many milliseconds. @param {() => void} run */
export function debounce(run, milliseconds = 250) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, milliseconds);
  };
}
