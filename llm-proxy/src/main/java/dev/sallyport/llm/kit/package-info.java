/**
 * Providers that are not real: they speak the wire of the real ones, refuse what those refuse, say
 * what they are asked to say, fail as they are asked to fail, and count what they would bill. Start
 * with {@link dev.sallyport.llm.kit.FakeProvider}.
 */
@NullMarked
package dev.sallyport.llm.kit;

import org.jspecify.annotations.NullMarked;
