using System.Net;

namespace ApiLb.Benchmarks.HttpSideBySide;

/// <summary>Where one run of one program happens.</summary>
/// <param name="Folder">For its files; exists.</param>
/// <param name="Plain">HTTP/1.1 in the clear.</param>
/// <param name="Tls">HTTP/2.</param>
/// <param name="Certificate">PEM file.</param>
/// <param name="Key">PEM file.</param>
internal sealed record HttpPlace(string Folder, IPEndPoint Plain, IPEndPoint Tls, string Certificate, string Key)
{
    public string PathOf(string file) => Path.Combine(Folder, file);
}
