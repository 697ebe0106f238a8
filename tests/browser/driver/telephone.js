// A telephone in a page: sip.js for the signalling, the browser itself for all else. What is said comes from an oscillator,
// and what is heard is kept as it would be played.

import { Inviter, SessionState, UserAgent, Web } from '/node_modules/sip.js/lib/index.js';

// As many seconds are kept.
const MEMORY = 30;

// Hands on what comes, in pieces of 10 ms at 48 kHz.
const RECORDER = `registerProcessor('recorder', class extends AudioWorkletProcessor {
  piece = new Float32Array(0);
  process([[channel]]) {
    const piece = new Float32Array(this.piece.length + 128);
    piece.set(this.piece);
    if (channel) piece.set(channel, this.piece.length);
    this.piece = piece;
    if (piece.length >= 480) {
      this.port.postMessage(piece.slice(0, 480));
      this.piece = piece.slice(480);
    }
    return true;
  }
})`;

const audio = new AudioContext({ sampleRate: 48_000 });
await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([RECORDER], { type: 'text/javascript' })));
await audio.resume();

const voice = new GainNode(audio, { gain: 0 });
const oscillator = new OscillatorNode(audio);
const microphone = new MediaStreamAudioDestinationNode(audio, { channelCount: 1 });
oscillator.connect(voice).connect(microphone);
oscillator.start();

const ear = new AudioWorkletNode(audio, 'recorder', { channelCount: 1, channelCountMode: 'explicit' });
ear.connect(audio.destination);
const element = new Audio();
const heard = [];
let firstHeard;
ear.port.onmessage = ({ data }) => {
  heard.push(data);
  if (heard.length > MEMORY * 100) heard.shift();
  if (firstHeard === undefined && data.some((sample) => Math.abs(sample) > 0.01)) firstHeard = performance.now();
};

let session, answered, source;

// Who comes back from hold brings his track anew.
function listen(stream) {
  source?.disconnect();
  source = audio.createMediaStreamSource(stream);
  source.connect(ear);
  // Without an element of its own nothing of the stream is played at all.
  Object.assign(element, { srcObject: stream, muted: true }).play();
}

function settled(request) {
  return new Promise((resolve, reject) => {
    const refused = (response) => reject(new Error(`${response.message.statusCode} ${response.message.reasonPhrase}`));
    request({ requestDelegate: { onAccept: () => resolve(), onReject: refused } }).catch(reject);
  });
}

window.telephone = {
  // Calls a number of the PBX that is reached there, and returns when the call is on its way.
  async call(name, server, number) {
    const { hostname } = new URL(server);
    const agent = new UserAgent({
      uri: UserAgent.makeURI(`sip:${name}@${hostname}`),
      transportOptions: { server },
      logLevel: 'error',
      sessionDescriptionHandlerFactory: Web.defaultSessionDescriptionHandlerFactory(async () => microphone.stream),
      sessionDescriptionHandlerFactoryOptions: { peerConnectionConfiguration: { iceServers: [] } },
    });
    await agent.start();
    session = new Inviter(agent, UserAgent.makeURI(`sip:${number}@${hostname}`), { earlyMedia: true });
    session.stateChange.addListener((state) => {
      if (state === SessionState.Established) answered = performance.now();
    });
    await session.invite();
    session.sessionDescriptionHandler.peerConnection.addEventListener('track', ({ streams: [stream] }) => listen(stream));
  },

  say(hertz, dbfs) {
    oscillator.frequency.value = hertz;
    voice.gain.setTargetAtTime(10 ** (dbfs / 20), audio.currentTime, 0.01);
  },

  // The last of what was heard, as 16-bit numbers.
  heard(seconds) {
    const last = heard.slice(-Math.round(seconds * 100));
    return last.flatMap((piece) => Array.from(piece, (sample) => Math.round(Math.max(-1, Math.min(1, sample)) * 32_767)));
  },

  // When it was answered and when the first was heard, in milliseconds, and what the browser counts.
  async counts() {
    const peer = session.sessionDescriptionHandler?.peerConnection;
    const stats = peer ? [...(await peer.getStats()).values()] : [];
    const { packetsReceived, packetsLost, codecId } = stats.find(({ type }) => type === 'inbound-rtp') ?? {};
    const codec = stats.find(({ id }) => id === codecId)?.mimeType;
    return { answered, firstHeard, ice: peer?.iceConnectionState, codec, packetsReceived, packetsLost };
  },

  press: (digits) => session.sessionDescriptionHandler.sendDtmf(digits),

  restartIce: () =>
    settled((options) =>
      session.invite({ ...options, sessionDescriptionHandlerOptions: { offerOptions: { iceRestart: true } } }),
    ),

  hold: (hold) => settled((options) => session.invite({ ...options, sessionDescriptionHandlerOptions: { hold } })),

  hangUp: () => (session.state === SessionState.Established ? session.bye() : session.cancel()).then(() => null),
};
