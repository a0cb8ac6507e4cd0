// The events of the streams of one session, in the order in which they were sent, so that a client
// that lost a stream can ask for the rest of it.
export class Events {
  #all = [];

  async storeEvent(stream, message) {
    this.#all.push({ stream, message });
    return String(this.#all.length);
  }

  async getStreamIdForEventId(id) {
    return this.#all[Number(id) - 1]?.stream;
  }

  async replayEventsAfter(id, { send }) {
    const stream = await this.getStreamIdForEventId(id);
    for (let next = Number(id); next < this.#all.length; next++) {
      const event = this.#all[next];
      if (event.stream === stream && event.message?.jsonrpc) {
        await send(String(next + 1), event.message);
      }
    }
    return stream;
  }
}
