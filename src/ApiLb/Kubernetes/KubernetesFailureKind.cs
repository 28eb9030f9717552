namespace ApiLb.Kubernetes;

/// <summary>Why an apiserver gave no usable answer.</summary>
internal enum KubernetesFailureKind
{
    /// <summary>The kubeconfig, or a file that it names, cannot be used.</summary>
    Configuration,

    /// <summary>Refused, reset, cut, or nobody to ask.</summary>
    Unreachable,

    /// <summary>TLS failed; in particular, another certificate than one of the cluster.</summary>
    Untrusted,

    /// <summary>401: the credentials are not, or no longer, valid.</summary>
    Unauthorized,

    /// <summary>403: the credentials are valid and do not suffice.</summary>
    Forbidden,

    /// <summary>404: this version of Kubernetes does not have the resource.</summary>
    NotFound,

    /// <summary>410: what was listed is too long ago to be watched from there.</summary>
    Expired,

    /// <summary>Any other status that is not a success.</summary>
    Status,

    /// <summary>Not the JSON that was asked for, or too much of it.</summary>
    Malformed,

    /// <summary>No answer in time.</summary>
    TimedOut,
}
