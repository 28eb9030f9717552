using System.Net;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.Cli.Init;

/// <summary>One apiserver as <c>--endpoints</c> names it: <c>[NAME=]HOST[:PORT]</c>. Immutable.</summary>
/// <param name="Name">Of the backend; empty: its address is its name.</param>
/// <param name="Address">Where it listens.</param>
internal sealed record InitEndpoint(string Name, BackendAddress Address)
{
    /// <summary>kube-apiserver's own default, which kubeadm keeps.</summary>
    private const int DefaultPort = 6443;

    /// <summary>Where it is dialled; a host name is looked up then.</summary>
    public EndPoint EndPoint => Address.TryGetEndPoint() ?? new DnsEndPoint(Address.Host, Address.Port);

    /// <param name="list">Separated by commas; no name and no address twice.</param>
    public static Parsed<IReadOnlyList<InitEndpoint>> ParseList(string list)
    {
        var endpoints = new List<InitEndpoint>();
        foreach (var item in list.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Parse(item).TryGet(out var endpoint, out var problem))
            {
                return Parsed<IReadOnlyList<InitEndpoint>>.Failed(problem);
            }

            if (endpoints.Exists(e => e.Address == endpoint.Address || (e.Name.Length > 0 && e.Name == endpoint.Name)))
            {
                return Parsed<IReadOnlyList<InitEndpoint>>.Failed($"{Quoted.Of(item)} is there twice, by its name or its address");
            }

            endpoints.Add(endpoint);
        }

        return Parsed<IReadOnlyList<InitEndpoint>>.Of(endpoints);
    }

    /// <summary>As <c>backends</c> lists it.</summary>
    public override string ToString() => Name.Length == 0 ? Address.ToString() : $"{Name}={Address}";

    private static Parsed<InitEndpoint> Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? "" : text[..equals];
        if (equals >= 0 && !Configuration.Values.Name.Parse(name).TryGet(out _, out var problem))
        {
            return Parsed<InitEndpoint>.Failed(problem);
        }

        var address = text[(equals + 1)..];
        return !HostAndPort.Parse(WithPort(address)).TryGet(out var parts, out problem) ? Parsed<InitEndpoint>.Failed(problem)
            : parts.Host == HostAndPort.AnyHost ? Parsed<InitEndpoint>.Failed($"{Quoted.Of(address)} is no address to connect to; write the address of one apiserver")
            : Parsed<InitEndpoint>.Of(new InitEndpoint(name, new BackendAddress(parts.Host, parts.Port)));
    }

    private static string WithPort(string text) =>
        text.StartsWith('[') && text.EndsWith(']') ? $"{text}:{DefaultPort}"
        : HostAndPort.IsHost(text) ? new BackendAddress(text, DefaultPort).ToString()
        : text;
}
