using System.Net;

namespace ApiLb.Transport;

/// <summary>A listening socket that another process has bound for this one.</summary>
/// <param name="Descriptor">In this process.</param>
internal readonly record struct InheritedSocket(int Descriptor)
{
    /// <summary>
    /// As the configuration of the process that listens there has it; that process goes on until this one begins to accept.
    /// Null: a service manager has bound it and keeps it.
    /// </summary>
    public EndPoint? Address { get; init; }

    /// <summary>The file of a unix socket goes with it, and this process deletes it when it no longer listens.</summary>
    public bool OwnsFile { get; init; }

    public static implicit operator InheritedSocket(int descriptor) => new(descriptor);
}
