/** Icons, drawn on a grid of 24 by 24 with lines. They say nothing by themselves: the text beside them does. */

const PATHS = {
  add: 'M12 5v14M5 12h14',
  back: 'M15 5l-7 7 7 7',
  bolt: 'M13 3L5 14h6l-1 7 8-11h-6z',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v4M16 3v4',
  chart: 'M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6L6 18',
  copy: 'M9 9h11v11H9zM15 9V4H4v11h5',
  clock: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3.5 2',
  download: 'M12 4v11M7 10.5l5 5 5-5M4 20h16',
  edit: 'M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9.2a2.8 2.8 0 100 5.6 2.8 2.8 0 000-5.6z',
  health: 'M3 12h4l2.5-6 4.5 12 2.5-6H21',
  hand: 'M8 13V6.5a1.5 1.5 0 013 0V11M11 11V5a1.5 1.5 0 013 0v6M14 11V6.5a1.5 1.5 0 013 0V15c0 3.5-2.2 6-5.5 6-2.6 0-4-1.2-5.2-3.4L4 13.5c-.6-1.4 1-2.3 2-1.2l2 2.2',
  history: 'M4 12a8 8 0 108-8 8 8 0 00-6.5 3.4M5 3.5v4h4M12 8v4.5l3 1.5',
  home: 'M4 11l8-7 8 7v9h-5v-6H9v6H4z',
  info: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v5.5M12 7.6v.1',
  key: 'M8.5 13a4.5 4.5 0 110-9 4.5 4.5 0 010 9zM11.7 11.7L20 20M17 17l2.2-2.2',
  link: 'M10 14a4 4 0 005.7 0l3-3A4 4 0 0013 5.3l-1 1M14 10a4 4 0 00-5.7 0l-3 3A4 4 0 0011 18.7l1-1',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3',
  mail: 'M3.5 6h17v12.5h-17zM4 6.5l8 6.5 8-6.5',
  mic: 'M12 3a3 3 0 013 3v5a3 3 0 01-6 0V6a3 3 0 013-3zM5.5 11a6.5 6.5 0 0013 0M12 17.5V21M9 21h6',
  micoff: 'M15 9V6a3 3 0 00-5.9-.8M9 9v2a3 3 0 004.6 2.5M5.5 11a6.5 6.5 0 0010.3 5.3M18.5 11a6.5 6.5 0 01-.5 2.5M12 17.5V21M9 21h6M4 3.5l16 17',
  menu: 'M4 7h16M4 12h16M4 17h16',
  minus: 'M5 12h14',
  more: 'M5 11.9v.2M12 11.9v.2M19 11.9v.2',
  out: 'M10 5H5v14h5M14 8l4 4-4 4M18 12H9',
  pause: 'M8 5v14M16 5v14',
  people: 'M9 11a3.5 3.5 0 100-7 3.5 3.5 0 000 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.5 3.5 0 010 6.2M18 14.3c2.2.9 3.5 2.8 3.5 5.7',
  person: 'M12 11.5a4 4 0 100-8 4 4 0 000 8zM4.5 20.5c0-4 3.3-6.5 7.5-6.5s7.5 2.5 7.5 6.5',
  phone: 'M6.5 4h3l1.5 4.5-2 1.5a12 12 0 005 5l1.5-2 4.5 1.5v3c0 1-1 2-2 2A15.5 15.5 0 014.5 6c0-1 1-2 2-2z',
  play: 'M7 4.5v15l12-7.5z',
  record: 'M12 4a8 8 0 100 16 8 8 0 000-16zM12 9a3 3 0 100 6 3 3 0 000-6z',
  refresh: 'M20 12a8 8 0 11-2.5-5.8M20 3.5v4.5h-4.5',
  repeat: 'M5 11V9a3 3 0 013-3h11M16 3l3 3-3 3M19 13v2a3 3 0 01-3 3H5M8 21l-3-3 3-3',
  search: 'M10.5 4a6.5 6.5 0 100 13 6.5 6.5 0 000-13zM15.5 15.5L20 20',
  send: 'M4 12l16-7.5-5 16-3.5-6.5zM11.5 14L20 4.5',
  settings: 'M5 4v5M5 13v7M12 4v9M12 17v3M19 4v3M19 11v9M3 9h4v4H3zM10 13h4v4h-4zM17 7h4v4h-4z',
  sound: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 010 6M18 6.5a7.5 7.5 0 010 11',
  stop: 'M6 6h12v12H6z',
  trash: 'M4.5 7h15M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5',
  undo: 'M8 5L4 9l4 4M4 9h10a5.5 5.5 0 010 11H8',
  unlock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 016.6-1.6',
  upload: 'M12 16V5M7 9.5l5-5 5 5M4 20h16',
  warning: 'M12 4L2.5 20h19zM12 10v4.5M12 17.2v.1',
};

const SVG = 'http://www.w3.org/2000/svg';

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
