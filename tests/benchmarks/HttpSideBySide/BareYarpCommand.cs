using System.CommandLine;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Benchmarks.SideBySide.Processes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Configuration;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>YARP as its documentation sets it up, with logging off: what Kestrel, YARP and HttpClient cost by themselves.</summary>
internal static class BareYarpCommand
{
    private const string Name = "bare-yarp";

    public static Command Create()
    {
        var plain = new Argument<string>("plain");
        var tls = new Argument<string>("tls");
        var certificate = new Argument<string>("certificate");
        var key = new Argument<string>("key");
        var backends = new Argument<string[]>("backends");
        var command = new Command(Name, "One of the programs that `http` compares.") { plain, tls, certificate, key, backends };
        command.Hidden = true;
        command.SetAction((result, cancellationToken) => RunAsync(
            IPEndPoint.Parse(result.GetRequiredValue(plain)),
            IPEndPoint.Parse(result.GetRequiredValue(tls)),
            X509Certificate2.CreateFromPemFile(result.GetRequiredValue(certificate), result.GetRequiredValue(key)),
            result.GetRequiredValue(backends),
            cancellationToken));
        return command;
    }

    public static Launch Launch(HttpPlace place, IReadOnlyList<IPEndPoint> backends) => new(
        Environment.ProcessPath!, [Name, place.Plain.ToString(), place.Tls.ToString(), place.Certificate, place.Key, .. backends.Select(b => b.ToString())]);

    private static async Task RunAsync(IPEndPoint plain, IPEndPoint tls, X509Certificate2 certificate, string[] backends, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(plain);
            kestrel.Listen(tls, listen => listen.UseHttps(certificate));
        });
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "bench", Match = new RouteMatch { Path = "{**all}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "bench",
                    LoadBalancingPolicy = "LeastRequests",
                    Destinations = backends.Index().ToDictionary(b => $"b{b.Index}", b => new DestinationConfig { Address = $"http://{b.Item}" }, StringComparer.Ordinal),
                },
            ]);
        await using var app = builder.Build();
        app.MapReverseProxy();
        await app.StartAsync(cancellationToken);
        await app.WaitForShutdownAsync(cancellationToken);
    }
}
