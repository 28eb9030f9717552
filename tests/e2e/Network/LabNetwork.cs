namespace ApiLb.EndToEndTests.Network;

/// <summary>The network of the lab.</summary>
internal static class LabNetwork
{
    private static readonly SwitchedNetwork Network = new("apilb-net", LabHost.All);

    public static Task LayAsync() => Network.LayAsync();

    /// <inheritdoc cref="SwitchedNetwork.RemoveAsync"/>
    public static Task RemoveAsync() => Network.RemoveAsync();

    /// <inheritdoc cref="SwitchedNetwork.UnplugAsync"/>
    public static Task UnplugAsync(LabHost host) => Network.UnplugAsync(host);

    public static Task PlugAsync(LabHost host) => Network.PlugAsync(host);
}
