namespace ApiLb.Configuration;

/// <summary>Which objects of a cluster name its apiservers; <see cref="Values.Choice"/> gives their spelling.</summary>
internal enum ControlPlaneSource
{
    /// <summary>The endpoints of service default/kubernetes, which the apiservers themselves keep.</summary>
    Endpoints,

    /// <summary>The nodes with the control-plane label.</summary>
    Nodes,
}
