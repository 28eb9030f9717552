using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ApiLb.Configuration.Values;

namespace ApiLb.Configuration.Changes;

/// <summary>Options as a tree whose keys and texts are those of the configuration file, defaults included.</summary>
internal static class OptionsTree
{
    private static readonly OptionsJsonContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters =
        {
            new TextConverter<TimeSpan>(Duration.Format),
            new TextConverter<EndPoint>(Write),
            new TextConverter<IPEndPoint>(Write),
            new TextConverter<IPNetwork>(network => network.ToString()),
            new TextConverter<BackendAddress>(address => address.ToString()),
            Words<BalancePolicy>(),
            Words<BadHelloAction>(),
            Words<ClientCertificates>(),
            Words<ConnectSource>(),
            Words<ControlPlaneSource>(),
            Words<HealthCheckType>(),
            Words<HedgeMode>(),
            Words<ListenerProtocol>(),
            Words<ProxyProtocolVersion>(),
            Words<RequestLogging>(),
            Words<UpstreamProtocol>(),
        },
    });

    public static JsonObject Of(ApiLbOptions options) =>
        JsonSerializer.SerializeToNode(options, Context.ApiLbOptions)?.AsObject() ?? [];

    private static JsonStringEnumConverter<T> Words<T>()
        where T : struct, Enum => new(JsonNamingPolicy.KebabCaseLower);

    private static string Write(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint ? $"unix:{endPoint}" : endPoint.ToString() ?? "";
}
