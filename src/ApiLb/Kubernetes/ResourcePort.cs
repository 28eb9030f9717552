namespace ApiLb.Kubernetes;

/// <summary>A port of endpoints.</summary>
internal sealed record ResourcePort(string? Name, int? Port)
{
    /// <summary>The name of the apiservers' port in service default/kubernetes.</summary>
    private const string ApiPort = "https";

    /// <summary>The port on which apiservers serve: the one of that name, else the only one; null when there is none.</summary>
    public static int? OfApi(IReadOnlyList<ResourcePort?>? ports)
    {
        var port = ports?.FirstOrDefault(p => p?.Name == ApiPort) ?? (ports is [var only] ? only : null);
        return port?.Port is > 0 and <= 65535 ? port.Port : null;
    }
}
