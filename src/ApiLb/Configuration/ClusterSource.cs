namespace ApiLb.Configuration;

/// <summary>Which objects of a cluster name a pool's members; <see cref="Values.Choice"/> gives their spelling.</summary>
internal enum ClusterSource
{
    /// <summary>The apiservers: the endpoints of service default/kubernetes, which they themselves keep.</summary>
    Endpoints,

    /// <summary>The apiservers: the nodes with the control-plane label.</summary>
    Nodes,

    /// <summary>The endpoints of any Service: its pods.</summary>
    Service,

    /// <summary>All nodes that take traffic from outside, at one port.</summary>
    NodePort,
}
