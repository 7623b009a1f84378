// A balancer before several servers: each request goes to the next of them, whoever sent it. What comes and what goes back is
// passed on as it comes.
import { createServer, request as ask } from "node:http";
import { pipeline } from "node:stream";

/** What is said of a connection, and not of what is sent over it (RFC 9110, 7.6.1). */
const ofTheConnection = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;

/** Listen at `port` of this machine, and pass on to servers at these ports. */
export async function startBalancer(port, ports) {
  let asked = 0;
  const balancer = createServer((request, response) => {
    asked += 1;
    passOn(request, response, ports[asked % ports.length]);
  });
  balancer.listen(port, "127.0.0.1");
  await new Promise((ready) => balancer.once("listening", ready));
  return {
    async stop() {
      balancer.closeAllConnections();
      await new Promise((closed) => balancer.close(closed));
    },
  };
}

function passOn(request, response, port) {
  const headers = [...kept(request.rawHeaders), ["X-Forwarded-For", request.socket.remoteAddress]];
  // The body is passed on as it is: by its length, or in chunks where nobody knows it.
  const chunked = request.headers["transfer-encoding"] ? [["Transfer-Encoding", "chunked"]] : [];
  const { method, url: path } = request;
  const passed = ask({ host: "127.0.0.1", port, method, path, agent: false, headers: [...headers, ...chunked].flat() });
  passed.on("response", (answer) => {
    response.writeHead(answer.statusCode, answer.statusMessage, kept(answer.rawHeaders).flat());
    pipeline(answer, response, () => {}); // What breaks off here breaks off there.
  });
  passed.on("error", (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { "content-type": "text/plain" }).end(`no server: ${error.message}\n`);
  });
  response.on("close", () => passed.destroy());
  request.pipe(passed);
}

/** Names and values, without those that are of a connection alone. */
function kept(raw) {
  const pairs = raw.flatMap((name, n) => (n % 2 === 0 ? [[name, raw[n + 1]]] : []));
  return pairs.filter(([name]) => !ofTheConnection.test(name));
}
