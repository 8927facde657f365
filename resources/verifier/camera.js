"use strict";

/* From pictures to QR texts: files, and the camera where the browser lends it. */
const slqCamera = (() => {
  const LARGEST_SIDE = 4096;
  const FRAME_SIDE = 1280;
  const PATIENCE_MS = 3000;
  const MOST_CODES = 4;
  // A small or blurred code is often read when enlarged, a huge photo when reduced.
  const SIDES = [2600, 1600, 1000];

  function canvasOf(source, width, height, longest) {
    const scale = longest / Math.max(width, height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext("2d", { willReadFrequently: true });
    // What is transparent counts as paper.
    context.fillStyle = "#FFFFFF";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    context.drawImage(source, 0, 0, canvas.width, canvas.height);
    return { canvas, context };
  }

  /** Return the token in a picture; when there are only other codes, the first of those; else null. */
  function codeOn({ canvas, context }) {
    let first = null;
    for (let turn = 0; turn < MOST_CODES; turn += 1) {
      let box = null;
      let text;
      try {
        const picture = context.getImageData(0, 0, canvas.width, canvas.height);
        const remember = (points) => { box = points.boundingBox; };
        text = qrReader.decodeQR(picture, { timeLimit: PATIENCE_MS, effort: 20, pointsOnDetect: remember });
      } catch {
        return first; // the library throws when it finds nothing
      }
      if (text.startsWith(slqToken.PREFIX)) return text;
      first ??= text;
      if (box === null) return first;
      // A code of somebody else, such as a shop's: cover it and look once more.
      context.fillRect(box.x, box.y, box.width, box.height);
    }
    return first;
  }

  /** Let the page be painted before long work. */
  function breathe() {
    return new Promise((resolve) => setTimeout(resolve));
  }

  /**
   * Return the QR text in a picture file, or null.
   *
   * @throws {Error} when the browser cannot open it as a picture.
   */
  async function textInFile(file) {
    const address = URL.createObjectURL(file);
    try {
      const picture = new Image();
      picture.src = address;
      await picture.decode();
      const { naturalWidth: width, naturalHeight: height } = picture;
      let other = null;
      for (const side of new Set([Math.min(LARGEST_SIDE, Math.max(width, height)), ...SIDES])) {
        await breathe();
        const text = codeOn(canvasOf(picture, width, height, side));
        if (text !== null && text.startsWith(slqToken.PREFIX)) return text;
        other ??= text;
      }
      return other;
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  let stream = null;

  function stop(video) {
    if (stream !== null) for (const track of stream.getTracks()) track.stop();
    stream = null;
    video.srcObject = null;
  }

  /**
   * Show the camera's picture and return the first token read from it; null when it was stopped.
   *
   * @throws {DOMException} when the browser or the person refuses the camera; TypeError where there is none to ask.
   */
  async function textInView(video) {
    const opened = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
    stream = opened;
    video.srcObject = opened;
    await video.play();
    while (stream === opened) {
      await new Promise((resolve) => setTimeout(resolve, 120));
      const { videoWidth: width, videoHeight: height } = video;
      if (stream === opened && width > 0) {
        const text = codeOn(canvasOf(video, width, height, Math.min(FRAME_SIDE, Math.max(width, height))));
        if (text !== null && text.startsWith(slqToken.PREFIX)) {
          stop(video);
          return text;
        }
      }
    }
    return null;
  }

  return Object.freeze({ textInFile, textInView, stop });
})();
