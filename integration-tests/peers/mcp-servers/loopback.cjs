// Preloaded into a server: makes it listen on the loopback interface only, whatever it asks for,
// and say on standard output on which port.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  this.once("listening", () => console.log(`listening on ${this.address().port}`));
  const callback = rest.find((argument) => typeof argument === "function");
  return listen.call(this, { port: Number(port), host: "127.0.0.1" }, callback);
};
