/** Sends a file to the signed path that the server gave for it. */

const DIGEST_BYTES_MAX = 64 * 1024 * 1024;

/** The file's SHA-256 in hex, where the browser can tell it and the file fits into memory. */
export async function digestOf(file: File): Promise<string | null> {
  if (!window.isSecureContext || file.size > DIGEST_BYTES_MAX) return null;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** PUT the file; `told` hears of the share that was sent. Throws the server's words. */
export function put(url: string, file: File, told: (share: number) => void): Promise<void> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.upload.onprogress = (event) => told(event.total > 0 ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status < 300) done();
      else failed(new Error(wordsOf(request)));
    };
    request.onerror = () => failed(new Error(""));
    request.send(file);
  });
}

function wordsOf(request: XMLHttpRequest): string {
  try {
    return String(JSON.parse(request.responseText).message);
  } catch {
    return request.statusText;
  }
}
