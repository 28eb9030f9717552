using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>One admin request, after it is known that whoever asks may ask.</summary>
/// <param name="Query">Its parameters.</param>
/// <param name="By">Whose word it is, for people.</param>
/// <param name="Request">As it came.</param>
internal readonly record struct AdminCall(AdminQuery Query, string By, HttpRequest Request);
