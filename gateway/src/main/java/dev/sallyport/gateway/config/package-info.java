/**
 * What a gateway is told when it starts: file, environment and flags. Start with {@link
 * dev.sallyport.gateway.config.GatewayConfig}.
 */
@NullMarked
package dev.sallyport.gateway.config;

import org.jspecify.annotations.NullMarked;
