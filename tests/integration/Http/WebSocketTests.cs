using System.Net;
using System.Net.WebSockets;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>WebSockets with real ends: .NET's client, in either version of HTTP, and ASP.NET Core's server.</summary>
public sealed class WebSocketTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Messages_GoBothWays(string version)
    {
        using ClusterCa ca = new();
        var tls = HttpSetup.Tls(ca, "localhost");
        await using var server = await StartServerAsync();
        BackendOptions backend = new() { Name = "b1", Address = new BackendAddress("127.0.0.1", new Uri(server.Urls.Single()).Port) };
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(tls, backend));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        using var http = HttpSetup.NewClient();
        using ClientWebSocket client = new();
        client.Options.HttpVersion = new Version(version);
        client.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        await client.ConnectAsync(daemon.Uri("/", "wss"), http, deadline.Token);
        await client.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, deadline.Token);
        var buffer = new byte[16];
        var received = await client.ReceiveAsync(buffer, deadline.Token);

        Assert.Equal("hello"u8.ToArray(), buffer[..received.Count]);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
        Assert.Equal(WebSocketState.Closed, client.State);
    }

    /// <summary>Says back what is said to it, and closes when it is asked to.</summary>
    private static async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var server = builder.Build();
        server.UseWebSockets();
        server.Run(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[16];
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } message)
            {
                await socket.SendAsync(buffer.AsMemory(0, message.Count), message.MessageType, message.EndOfMessage, context.RequestAborted);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
        });
        await server.StartAsync();
        return server;
    }
}
