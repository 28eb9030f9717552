using ApiLb.Backends;
using ApiLb.Configuration.Values;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>Finds the one backend that an operator means: by <c>NAME</c> where that is unique, else by <c>POOL/NAME</c>.</summary>
internal sealed class BackendFinder(IReadOnlyList<BackendPool> pools)
{
    /// <param name="name">As the operator wrote it.</param>
    /// <param name="found">The backend and its pool.</param>
    /// <param name="refusal">Why there is none: nobody of that name, or several.</param>
    public bool TryFind(string name, out (BackendPool Pool, Backend Backend) found, out AdminAnswer refusal)
    {
        var all = pools.SelectMany(pool => pool.Snapshot.Backends, (pool, backend) => (Pool: pool, Backend: backend)).ToList();
        var fitting = all.FindAll(b => b.Backend.Name == name || b.Backend.ToString() == name);
        found = fitting.FirstOrDefault();
        refusal = fitting.Count == 0 ? Unknown(name, all.ConvertAll(b => b.Backend)) : Ambiguous(name, fitting.ConvertAll(b => b.Backend));
        return fitting.Count == 1;
    }

    public static AdminAnswer Unknown(string name, IReadOnlyList<Backend> all)
    {
        var hint = NearestWord.Hint(name, name.Contains('/', StringComparison.Ordinal) ? all.Select(b => b.ToString()) : all.Select(b => b.Name));
        return AdminAnswer.Refused(
            $"no backend is named '{Quoted.Shorten(name)}'{hint}; there are: {string.Join(", ", all)}", StatusCodes.Status404NotFound);
    }

    private static AdminAnswer Ambiguous(string name, IReadOnlyList<Backend> fitting) => AdminAnswer.Refused(
        $"several pools have a backend named '{Quoted.Shorten(name)}': write one of {string.Join(", ", fitting)}", StatusCodes.Status409Conflict);
}
