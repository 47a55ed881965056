// `make serve`: dist/ on port 8080 of this computer, or on the next free one; PORT=… asks for another to start from.
import { fileURLToPath } from "node:url";
import { serve } from "./static-server.mjs";

const folder = fileURLToPath(new URL("../dist", import.meta.url));
const first = Number(process.env.PORT ?? 8080);
for (let port = first; ; port += 1) {
  try {
    const { address } = await serve(folder, { port });
    console.log(`Pullcheck: ${address}  (Ctrl+C ends it)`);
    break;
  } catch (error) {
    if (error.code !== "EADDRINUSE" || port >= first + 50) throw error;
  }
}
